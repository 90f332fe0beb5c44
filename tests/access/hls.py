"""An HLS recording of silence, in segments of MP3: https://www.rfc-editor.org/rfc/rfc8216#section-3.4"""

from __future__ import annotations

SEGMENTS = 10
#: An MPEG-1 layer III frame of 128 kbit/s and 44.1 kHz. All zero after the header, it is silence.
FRAME = bytes.fromhex("fffb9064") + bytes(413)
FRAMES = 20
SECONDS = FRAMES * 1152 / 44_100


def recording() -> dict[str, tuple[bytes, str]]:
    """Return content and type of each file by its name."""
    lines = ["#EXTM3U", "#EXT-X-VERSION:3", "#EXT-X-TARGETDURATION:1", "#EXT-X-PLAYLIST-TYPE:VOD"]
    for number in range(SEGMENTS):
        lines += [f"#EXTINF:{SECONDS:.5f},", f"{number}.mp3"]
    playlist = "\n".join([*lines, "#EXT-X-ENDLIST", ""]).encode()
    segments = {f"{number}.mp3": (FRAME * FRAMES, "audio/mpeg") for number in range(SEGMENTS)}
    return {"index.m3u8": (playlist, "application/vnd.apple.mpegurl"), **segments}
