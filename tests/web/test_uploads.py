import base64
import hashlib

import pytest
from fastapi.testclient import TestClient

from pipeline.records.site import Site
from tests.web import tus
from tests.web.tus import API, TUS


def recordings(client: TestClient, meeting: str) -> list[dict[str, object]]:
    return client.get(f"{API}/meetings/{meeting}").json()["recordings"]


def whole(client: TestClient, meeting: str, number: int = 1) -> bytes:
    return client.get(f"{API}/meetings/{meeting}/recordings/{number}").content


def test_what_the_server_can_do(client: TestClient, site: Site) -> None:
    answer = client.options(f"{API}/uploads")
    assert answer.status_code == 204
    assert answer.headers["Tus-Version"] == answer.headers["Tus-Resumable"] == "1.0.0"
    assert answer.headers["Tus-Max-Size"] == str(site.settings.serve.upload_bytes)
    assert "creation" in answer.headers["Tus-Extension"].split(",")


def test_a_file_in_two_pieces_becomes_a_recording(client: TestClient, site: Site) -> None:
    meeting, content = tus.new_meeting(client), tus.some_wav()
    where = tus.begun(client, meeting, len(content), "2026-03-02 周会.wav")
    assert tus.offset(client, where) == 0
    first = tus.send(client, where, 0, content[:9000])
    assert (first.status_code, first.headers["Upload-Offset"]) == (204, "9000")
    assert "Upload-Expires" in first.headers
    assert tus.offset(client, where) == 9000
    last = tus.send(client, where, 9000, content[9000:])
    assert (last.status_code, last.headers["Upload-Offset"]) == (204, str(len(content)))
    assert tus.offset(client, where) == len(content)
    assert client.get(where).json()["state"] == "done"

    found = client.get(f"{API}/meetings/{meeting}").json()
    (recording,) = found["recordings"]
    assert recording["name"] == "2026-03-02 周会.wav"
    assert recording["size"] == len(content)
    assert recording["seconds"] == pytest.approx((len(content) - 44) / 32_000, abs=0.01)
    assert (found["held_on"], found["date_source"]) == ("2026-03-02", "file_name")
    assert whole(client, meeting) == content
    assert site.files.listed("uploads") == ()
    assert site.files.listed(f"meetings/{meeting}") == (f"meetings/{meeting}/recording-1.wav",)


def test_creation_may_bring_the_bytes(client: TestClient) -> None:
    meeting, content = tus.new_meeting(client), tus.some_wav()
    said = tus.metadata(filename="talk.wav", meeting=meeting)
    headers = {**TUS, **tus.BODY, "Upload-Length": str(len(content)), "Upload-Metadata": said}
    answer = client.post(f"{API}/uploads", headers=headers, content=content)
    assert (answer.status_code, answer.headers["Upload-Offset"]) == (201, str(len(content)))
    assert whole(client, meeting) == content


def test_wrong_offsets_are_told(client: TestClient) -> None:
    meeting, content = tus.new_meeting(client), tus.some_wav()
    where = tus.begun(client, meeting, len(content))
    assert tus.send(client, where, 5, content[5:100]).status_code == 409
    assert tus.send(client, where, 0, content[:100]).status_code == 204
    again = tus.send(client, where, 0, content[:100])
    assert again.status_code == 409
    assert again.json()["title"] == "The next byte is number 100, not 0."
    assert again.headers["Tus-Resumable"] == "1.0.0"


def test_more_than_was_announced_is_refused(client: TestClient) -> None:
    meeting, content = tus.new_meeting(client), tus.some_wav()
    where = tus.begun(client, meeting, len(content))
    assert tus.send(client, where, 0, content + b"x").status_code == 413
    assert tus.offset(client, where) == 0
    assert tus.send(client, where, 0, content).status_code == 204


def test_another_version_of_the_protocol_is_refused(client: TestClient) -> None:
    where = tus.begun(client, tus.new_meeting(client), 100)
    answer = client.head(where, headers={"Tus-Resumable": "0.2.2"})
    assert (answer.status_code, answer.headers["Tus-Version"]) == (412, "1.0.0")
    assert client.patch(where, headers=tus.BODY).status_code == 412


def test_another_content_type_is_refused(client: TestClient) -> None:
    where = tus.begun(client, tus.new_meeting(client), 100)
    answer = tus.send(client, where, 0, b"RIFF", {"Content-Type": "application/octet-stream"})
    assert answer.status_code == 415


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("talk.wav", b"MZ" + bytes(range(256)) * 50),
        ("talk.exe", b"RIFF" + bytes(range(256)) * 50),
        ("talk.txt", b"\x89PNG\r\n\x1a\n" + bytes(9000)),
        ("talk.vtt", b"<!doctype html><html><script>alert(1)</script></html>"),
    ],
)
def test_first_bytes_of_something_else_are_refused_at_once(
    client: TestClient, site: Site, name: str, content: bytes
) -> None:
    meeting = tus.new_meeting(client)
    where = tus.begun(client, meeting, len(content) + 10_000, name)
    answer = tus.send(client, where, 0, content + bytes(9000))
    assert answer.status_code == 415
    assert name in answer.json()["title"]
    gone = client.head(where, headers=TUS)
    assert gone.status_code == 410
    assert client.get(where).json()["problem"] == answer.json()["title"]
    assert site.files.listed("uploads") == ()
    assert recordings(client, meeting) == []


def test_what_begins_as_a_recording_and_is_none_is_refused_at_the_end(client: TestClient, site: Site) -> None:
    meeting = tus.new_meeting(client)
    answer = tus.upload(client, meeting, b"RIFF\x10\0\0\0WAVE" + bytes(5000), "team 1.wav")
    assert answer.status_code == 422
    assert "team 1.wav" in answer.json()["title"]
    assert recordings(client, meeting) == []
    assert site.files.listed("meetings") == site.files.listed("uploads") == ()
    assert tus.upload(client, meeting, tus.some_wav()).status_code == 204


def test_the_same_file_again_is_refused(client: TestClient, site: Site) -> None:
    meeting, content = tus.new_meeting(client), tus.some_wav()
    tus.upload(client, meeting, content, "a.wav")
    answer = tus.upload(client, meeting, content, "b.wav")
    assert answer.status_code == 422
    assert answer.json()["title"] == "b.wav is among the files of this meeting already."
    assert [one["name"] for one in recordings(client, meeting)] == ["a.wav"]
    assert len(site.files.listed("meetings")) == 1
    assert tus.upload(client, tus.new_meeting(client), content).status_code == 204


def test_recordings_have_the_order_in_which_they_were_announced(client: TestClient) -> None:
    meeting, contents = tus.new_meeting(client), [tus.some_wav() for _ in range(3)]
    begun = [tus.begun(client, meeting, len(content), f"{n}.wav") for n, content in enumerate(contents)]
    for n in (2, 0, 1):
        assert tus.send(client, begun[n], 0, contents[n]).status_code == 204
    assert [one["name"] for one in recordings(client, meeting)] == ["0.wav", "1.wav", "2.wav"]
    assert [whole(client, meeting, n) for n in (1, 2, 3)] == contents


def test_a_transcript_is_read_before_it_is_taken(client: TestClient) -> None:
    meeting = tus.new_meeting(client)
    assert tus.upload(client, meeting, b"\n\n...\n", "empty.txt").status_code == 422
    vtt = "WEBVTT\n\n00:00:01.000 --> 00:00:04.000\n<v 陈涛>下周三之前发报价。\n"
    assert tus.upload(client, meeting, vtt.encode(), "zoom.vtt").status_code == 204
    (transcript,) = recordings(client, meeting)
    assert (transcript["kind"], transcript["seconds"]) == ("transcript", 4.0)


def test_an_empty_or_a_huge_file_is_refused(client: TestClient, site: Site) -> None:
    meeting = tus.new_meeting(client)
    assert tus.announce(client, meeting, 0).status_code == 422
    answer = tus.announce(client, meeting, site.settings.serve.upload_bytes + 1)
    assert answer.status_code == 413
    assert "8 GB" in answer.json()["title"]


def test_checksums(client: TestClient) -> None:
    meeting, content = tus.new_meeting(client), tus.some_wav()
    where = tus.begun(client, meeting, len(content))
    right = base64.b64encode(hashlib.sha256(content[:500]).digest()).decode()
    wrong = tus.send(client, where, 0, content[:400], {"Upload-Checksum": f"sha256 {right}"})
    assert wrong.status_code == 460
    assert tus.offset(client, where) == 0
    assert (
        tus.send(client, where, 0, content[:500], {"Upload-Checksum": f"sha256 {right}"}).status_code == 204
    )
    assert tus.send(client, where, 500, b"x", {"Upload-Checksum": "md4 eHg="}).status_code == 422
    assert tus.offset(client, where) == 500


def test_an_upload_can_be_given_up(client: TestClient, site: Site) -> None:
    meeting, content = tus.new_meeting(client), tus.some_wav()
    where = tus.begun(client, meeting, len(content))
    tus.send(client, where, 0, content[:5000])
    assert client.delete(where, headers=TUS).status_code == 204
    assert client.head(where, headers=TUS).status_code == 404
    assert site.files.listed("uploads") == ()
    assert client.delete(where, headers=TUS).status_code == 404
    done = tus.begun(client, meeting, len(content))
    tus.send(client, done, 0, content)
    assert client.delete(done, headers=TUS).status_code == 409


def test_senders_that_can_only_post(client: TestClient) -> None:
    meeting, content = tus.new_meeting(client), tus.some_wav()
    where = tus.begun(client, meeting, len(content))
    other = {**TUS, **tus.BODY, "Upload-Offset": "0", "X-HTTP-Method-Override": "PATCH"}
    assert client.post(where, headers=other, content=content[:50]).status_code == 204
    assert tus.offset(client, where) == 50
    assert client.post(where, headers={**TUS, "X-HTTP-Method-Override": "DELETE"}).status_code == 204
    assert client.head(where, headers=TUS).status_code == 404


@pytest.mark.parametrize(
    "name", ["../../x.wav", "/etc/passwd.wav", "..\\..\\x.wav", "a\r\nSet-Cookie: b=c.wav", '"; .wav']
)
def test_no_name_leads_anywhere(client: TestClient, site: Site, name: str) -> None:
    meeting = tus.new_meeting(client, "../../x")
    assert tus.upload(client, meeting, tus.some_wav(), name).status_code == 204
    assert (
        site.files.listed("")
        if False
        else site.files.listed("meetings") == (f"meetings/{meeting}/recording-1.wav",)
    )
    answer = client.get(f"{API}/meetings/{meeting}/recordings/1")
    shown = answer.headers["Content-Disposition"]
    assert answer.status_code == 200
    assert not {"/", "\\", "\r", "\n"} & set(shown)
    assert shown.count('"') == 2
    assert "set-cookie" not in answer.headers


def test_uploads_of_a_meeting_are_listed(client: TestClient) -> None:
    meeting, content = tus.new_meeting(client), tus.some_wav()
    where = tus.begun(client, meeting, len(content), "a.wav")
    tus.send(client, where, 0, content[:700])
    tus.send(client, tus.begun(client, meeting, len(content), "b.exe"), 0, content)
    arriving, refused = client.get(f"{API}/meetings/{meeting}/uploads").json()
    assert (arriving["name"], arriving["offset"], arriving["state"]) == ("a.wav", 700, "arriving")
    assert (refused["name"], refused["state"]) == ("b.exe", "refused")


@pytest.mark.parametrize("header", ["filename", "filename !!", "filename /w==", "meeting AAAA"])
def test_odd_metadata(client: TestClient, header: str) -> None:
    tus.new_meeting(client)
    answer = client.post(f"{API}/uploads", headers={**TUS, "Upload-Length": "5", "Upload-Metadata": header})
    assert answer.status_code in (400, 404)
