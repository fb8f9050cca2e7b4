"""Answers echoes in the way that is named, by the interface wr0, in the place of a kernel that was told to keep silent."""

import socket
import struct
import sys
import time

OUTGOING = 4


def total(data):
    data += b"\0" * (len(data) % 2)
    value = sum(struct.unpack(f"!{len(data) // 2}H", data))
    value = (value & 0xFFFF) + (value >> 16)
    return ~((value & 0xFFFF) + (value >> 16)) & 0xFFFF


class Question:
    """An echo that was asked for."""

    def __init__(self, frame):
        self.ethernet, self.packet = frame[:14], frame[14:]
        self.v6 = frame[12:14] == b"\x86\xdd"
        at = 40 if self.v6 else (self.packet[0] & 15) * 4
        self.source, self.target = (self.packet[8:24], self.packet[24:40]) if self.v6 else (self.packet[12:16], self.packet[16:20])
        end = 40 + int.from_bytes(self.packet[4:6], "big") if self.v6 else int.from_bytes(self.packet[2:4], "big")
        self.echo = self.packet[at:end]
        self.identifier, self.number = struct.unpack("!HH", self.echo[4:8])
        self.payload = self.echo[8:]

    def said(self, kind, code, middle, payload, source=None, broken=0):
        """A message to whoever asked, as a frame."""
        source = source or self.target
        message = bytes([kind, code, 0, 0]) + middle + payload
        pseudo = source + self.source + struct.pack("!II", len(message), 58) if self.v6 else b""
        message = message[:2] + struct.pack("!H", total(pseudo + message) ^ broken) + message[4:]
        if self.v6:
            head = struct.pack("!IHBB", 6 << 28, len(message), 58, 64) + source + self.source
        else:
            head = struct.pack("!BBHHHBBH", 0x45, 0, 20 + len(message), 7, 0, 64, 1, 0) + source + self.source
            head = head[:10] + struct.pack("!H", total(head)) + head[12:]
        return self.ethernet[6:12] + self.ethernet[:6] + self.ethernet[12:14] + head + message

    def answer(self, identifier=None, number=None, payload=None, **more):
        identifier = self.identifier if identifier is None else identifier
        middle = struct.pack("!HH", identifier & 0xFFFF, (self.number if number is None else number) & 0xFFFF)
        return self.said(129 if self.v6 else 0, 0, middle, self.payload if payload is None else payload, **more)

    def elsewhere(self):
        return self.target[:-1] + b"\x03"

    def unreachable(self, code, quoted):
        return self.said(1 if self.v6 else 3, code, b"\0" * 4, quoted)

    def another(self):
        """Our packet, as somebody else would have sent it."""
        at = len(self.packet) - len(self.payload) - 4
        return self.packet[:at] + struct.pack("!H", self.identifier ^ 0x0101) + self.packet[at + 2 :]


WAYS = {
    "answers": lambda asked: [asked.answer()],
    "identifier": lambda asked: [asked.answer(identifier=asked.identifier + 1)],
    "number": lambda asked: [asked.answer(number=asked.number + 256)],
    "payload": lambda asked: [asked.answer(payload=bytes(len(asked.payload)))],
    "truncated": lambda asked: [asked.answer(payload=asked.payload[:-1])],
    "longer": lambda asked: [asked.answer(payload=asked.payload + b"!")],
    "checksum": lambda asked: [asked.answer(broken=1)],
    "elsewhere": lambda asked: [asked.answer(source=asked.elsewhere())],
    "question": lambda asked: [asked.said(128 if asked.v6 else 8, 0, asked.echo[4:8], asked.payload)],
    "too-soon": lambda asked: [asked.answer(number=asked.number + 1)],
    "twice": lambda asked: [asked.answer()] * 2,
    "first-thrice": lambda asked: [asked.answer()] * 3 if asked.number == 0 else [],
    "unreachable": lambda asked: [asked.unreachable(3 if asked.v6 else 1, asked.packet)],
    "no-port": lambda asked: [asked.unreachable(4 if asked.v6 else 3, asked.packet)],
    "anothers": lambda asked: [asked.unreachable(4 if asked.v6 else 3, asked.another())],
    "nonsense": lambda asked: [asked.unreachable(4 if asked.v6 else 3, b"\xff" * 30)],
    "lossy": lambda asked: [asked.answer()] if asked.number == 1 else [],
    "uneven": lambda asked: [time.sleep(0.06 if asked.number == 1 else 0), asked.answer()][1:],
}


def main():
    line = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(3))
    line.bind(("wr0", 0))
    print("ready", flush=True)
    while True:
        frame, origin = line.recvfrom(4096)
        is_echo = frame[12:14] == b"\x08\0" and frame[23] == 1 and frame[34] == 8
        is_echo |= frame[12:14] == b"\x86\xdd" and frame[20] == 58 and frame[54] == 128
        if is_echo and origin[2] != OUTGOING:
            for said in WAYS[sys.argv[1]](Question(frame)):
                line.send(said)


main()
