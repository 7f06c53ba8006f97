meta:
  id: minos_beam_file
  title: Beam file of raw data blocks
  file-extension: mbeam.raw
  endian: le
  license: Apache-2.0
doc: |
  A beam file is records back to back. A record is a header block and, right behind it, one payload block. Every
  block is 32-bit little-endian words: size, checksum, block id, contents. The checksum is CRC-32 (IEEE 802.3) over all bytes
  of the block but the four of the checksum itself; Kaitai Struct cannot check it, a reader should.

  Bit positions of the block id, checksum, byte order, type letters and name padding are this project's choice; all
  else is the MINOS BeamData requirements document, revision 1.10 (minor 2) and its predecessor of 2003 (minor 1).
seq:
  - id: blocks
    type: block
    repeat: eos
types:
  block:
    seq:
      - id: num_words
        type: u4
        valid:
          min: 3
          max: 4194304
        doc: words of the whole block, this one included
      - id: checksum
        type: u4
      - id: block_id
        type: block_id
        size: 4
      - id: contents
        size: (num_words - 3) * 4
        type:
          switch-on: block_id.kind
          cases:
            0x310_001: header
            0x310_002: header
            0x320_001: payload(1)
            0x320_002: payload(2)
            0x330_001: payload(1)
            0x330_002: payload(2)
  block_id:
    doc: |
      From the top bit: csf 1, detector (CFN) 3, source 1, reserved 3, major 12, minor 12.
    seq:
      - id: word
        type: u4
        valid:
          expr: (_ >> 24) & 7 == 0
        doc: a reserved bit that is set means another layout than this one
    instances:
      csf:
        value: (word >> 31) & 1
        doc: simulation flag, 0 is real data
      detector:
        value: (word >> 28) & 7
        enum: detector
      source:
        value: (word >> 27) & 1
        enum: source
      reserved:
        value: (word >> 24) & 7
      major:
        value: (word >> 12) & 0xfff
        enum: major
      minor:
        value: word & 0xfff
        doc: version of the schema
      kind:
        value: word & 0xffffff
        doc: major and minor id together
  header:
    seq:
      - id: seconds
        type: u4
        doc: since 1970-01-01T00:00:00Z
      - id: nanoseconds
        type: u4
        valid:
          max: 999999999
      - id: spill_count
        type: u4
      - id: rest
        size-eos: true
        valid:
          expr: rest.length == 0
        if: not _io.eof
  payload:
    params:
      - id: minor
        type: u4
    seq:
      - id: num_devices
        type: u4
      - id: devices
        type: device(minor)
        repeat: expr
        repeat-expr: num_devices
      - id: rest
        size-eos: true
        valid:
          expr: rest.length == 0
        if: not _io.eof
  device:
    params:
      - id: minor
        type: u4
    seq:
      - id: name_start
        type: str
        size: 1
        encoding: ASCII
        valid:
          min: '"!"'
          max: '"~"'
        doc: "the character before the colon: I Main Injector, E NuMI line, ..."
      - id: value_kind
        type: u1
        enum: value_kind
        valid:
          in-enum: true
        doc: stands where the colon was
      - id: name_end
        type: name_end
        size: 6
      - id: seconds
        type: u4
        if: minor >= 2
        doc: the device's own time stamp, since 1970-01-01T00:00:00Z
      - id: milliseconds
        type: u4
        if: minor >= 2
        valid:
          max: 999
      - id: num_values
        type: u4
      - id: floats
        type: f4
        repeat: expr
        repeat-expr: num_values
        if: value_kind == value_kind::single
      - id: ints
        type: s4
        repeat: expr
        repeat-expr: num_values
        if: value_kind == value_kind::int32
    instances:
      name:
        value: name_start + ":" + name_end.text
  name_end:
    doc: what stands behind the colon, 1 to 6 printable characters, padded at the end with NUL
    seq:
      - id: codes
        type: u1
        repeat: expr
        repeat-expr: 6
        valid:
          expr: >-
            _ == 0 ? _index > 0 : _ > 0x20 and _ < 0x7f and (_index == 0 or codes[_index - 1] != 0)
    instances:
      text:
        pos: 0
        size: 6
        type: strz
        encoding: ASCII
enums:
  detector:
    1: near
    2: far
    4: caldet
  source:
    0: daq
    1: dcs
  major:
    0x310: header
    0x320: payload_in
    0x330: payload_out
  value_kind:
    0x46: single
    0x49: int32
