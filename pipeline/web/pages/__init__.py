"""The pages: what people see, rendered here over the same functions as the API.

frame      a template as an answer: language, theme, who is asking
wording    Chinese and English, from the catalogues in ``pipeline/web/locale``
assets     style sheets and scripts, under addresses that change when they do
"""
