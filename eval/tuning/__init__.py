"""Better prompts, found by reflecting on concrete mistakes, and the way of one into use.

tune       both languages, one after the other       search      many drafts, and which of them is best
trying     a draft read on sample meetings           metric      one number for a meeting
mistakes   what went wrong, item by item, in words   reflecting  edits that would have avoided it
examples   worked examples from train                drafts      a prompt file with another system part
kept       every question is asked once              budget      how many there may be
written    the candidate, its report and its diff    promote     a measured version into use

judge      a language model judges summaries         judging     those of a folder of results
verdicts   how far it agrees with people
"""
