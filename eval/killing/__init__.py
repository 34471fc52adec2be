"""Killing workers and servers of a real service again and again, and counting what that costs.

sources   what meetings are made from, and the minutes they must end with
scene     a service, its meetings, and what became of them
kills     workers that die at boundaries and at random moments
uploads   a server that is killed while files arrive
"""
