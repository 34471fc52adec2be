"""The one store of the service: meetings, jobs, edits, people and what was sent, in SQLite or Postgres.

One file a room, functions over a SQLAlchemy session; files (recordings, artefacts) lie in a folder or in S3.
"""
