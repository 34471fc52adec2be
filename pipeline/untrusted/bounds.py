"""How much time, memory and room one untrusted file may take."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Bounds:
    """What a child process may use for one reading.

    Attributes:
        seconds: By the clock, and of the processor, whatever the size of the file.
        seconds_per_megabyte: By which a larger file may take longer; the default is a disk of 5 MB/s.
        megabytes: Address space of the whole process, the program itself (125 MB) included. Not kept on macOS
            and Windows, which have no such limit.
        written_megabytes: Size of the largest file it may write.
        said_megabytes: All that it may answer.
        open_files: At a time.
    """

    seconds: float
    seconds_per_megabyte: float = 0.2
    megabytes: int = 1024
    written_megabytes: int = 0
    said_megabytes: int = 16
    open_files: int = 64

    def seconds_for(self, size: int) -> float:
        """Time for files of ``size`` bytes together."""
        return self.seconds + self.seconds_per_megabyte * size / 1e6


DECODING = Bounds(seconds=1200, written_megabytes=3000)
"""For a whole recording.

Twelve hours of AAC take 76 s of one core, of Opus 85 s; 140 MB where the index is spread over the file, 290 MB where it
stands in one place, 480 MB beside a film of 60 pictures a second. Two recordings of twelve hours, which are refused
only after the second, are 2765 MB of samples.
"""

READING = Bounds(seconds=120)
"""For what a recording says of itself, and for a transcript.

Twelve hours with a time for every word, as JSON of 12 MB, take 2 s and 370 MB, and are an answer of 11 MB.
"""
