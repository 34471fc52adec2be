"""Processes that take jobs: recordings are listened to, meetings are read, and what is due now and then is done.

    queue        a job is queued in the transaction that makes it
    workshop     a process that takes jobs, from its start to its end
    work         one job from its beginning to its end      holding   the job in hand: progress, and whether it is ours
    listening    recording or transcript -> what was said   minuting  what was said -> minutes
    known        what is known of a meeting beforehand      desk      where sound lies while it is listened to
    identity     the name of a worker                       pulse     signs of life, and what the dead left behind
    chores       what is done every few seconds             arrivals  work that begins when all files are there
    shop         what the jobs of a process share           recognisers, lent one recording at a time

A job's stages are kept by the journal (``pipeline/journal.py``) as soon as they are finished; the durable queue (DBOS,
``pipeline/records/durable.py``) knows only that a job is to be done, and by whom.
"""
