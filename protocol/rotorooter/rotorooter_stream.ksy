meta:
  id: rotorooter_stream
  title: Rotorooter client stream
  endian: le
  license: Apache-2.0
doc: |
  What a client sends to a rotorooter daemon, also as a recorded input file. The daemon's replies have the same head
  with the mark "Rr", a status in the place of the command, the last sequence on disk in that of the sequence, and UTF-8
  text as body.
seq:
  - id: frames
    type: frame
    repeat: eos
types:
  frame:
    seq:
      - id: length
        type: u4
        valid:
          min: 16
        doc: bytes of the whole frame, these four included
      - id: mark
        contents: RR
      - id: command
        type: u2
        enum: command
      - id: sequence
        type: u8
        doc: of the record, ascending from 1 for each source; 0 with other commands
      - id: body
        size: length - 16
        type:
          switch-on: command
          cases:
            command::open: open
  open:
    seq:
      - id: version
        type: u2
      - id: len_source
        type: u1
      - id: source
        type: str
        size: len_source
        encoding: ASCII
      - id: len_stream
        type: u1
      - id: stream
        type: str
        size: len_stream
        encoding: ASCII
enums:
  command:
    1: open
    2: record
    3: roll
    4: close
