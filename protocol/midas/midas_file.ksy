meta:
  id: midas_file
  title: MIDAS run file of CYGNO
  file-extension: mid
  endian: le
  license: Apache-2.0
doc: |
  A file is events back to back. An event is a header of 16 bytes and a body: banks, or, with the ids of the logger, text. There
  is no mark and no checksum. Files that end in .gz are to be unpacked first.

  The layout is that of the MIDAS wiki, page "Event Structure"; the limits (event size, number of banks, seven
  bytes behind the banks) are this project's choice.
seq:
  - id: events
    type: event
    repeat: eos
types:
  event:
    seq:
      - id: id
        type: u2
        doc: the equipment that made it, or an id of the logger
      - id: trigger_mask
        type: u2
      - id: serial
        type: u4
        doc: counts per equipment and run; the run number at begin and end of run
      - id: time
        type: u4
        doc: since 1970-01-01T00:00:00Z
      - id: len_body
        type: u4
        valid:
          max: 134217712
      - id: body
        size: len_body
        type:
          switch-on: kind
          cases:
            0x0000: data
            0x8000: text
            0x8001: text
            0x8002: text
    instances:
      kind:
        value: "id < 0x8000 ? 0 : id"
  text:
    doc: the ODB at begin and end of run, in JSON for CYGNO, or a message; a NUL may end it
    seq:
      - id: bytes
        size-eos: true
  data:
    seq:
      - id: len_banks
        type: u4
      - id: flags
        type: u4
        valid:
          any-of: [0x01, 0x11, 0x31]
        doc: bit 0 version of the format, bit 4 sizes of 32 bits, bit 5 data at multiples of 64 bits
      - id: banks
        size: len_banks
        type: banks(flags)
      - id: rest
        size-eos: true
        valid:
          expr: rest.length <= 7
        if: not _io.eof
  banks:
    params:
      - id: flags
        type: u4
    seq:
      - id: banks
        type: bank(flags, _index)
        repeat: eos
  bank:
    params:
      - id: flags
        type: u4
      - id: number
        type: s4
    seq:
      - id: name
        size: 4
        type: bank_name(number)
      - id: type_narrow
        type: u2
        if: flags == 0x01
      - id: size_narrow
        type: u2
        if: flags == 0x01
      - id: type_wide
        type: u4
        if: flags != 0x01
      - id: size_wide
        type: u4
        if: flags != 0x01
      - id: reserved
        type: u4
        if: flags == 0x31
      - id: data
        size: len_data
      - id: padding
        size: (8 - len_data % 8) % 8
    instances:
      type:
        value: "flags == 0x01 ? type_narrow : type_wide"
        enum: type
      len_data:
        value: "flags == 0x01 ? size_narrow : size_wide"
  bank_name:
    doc: 1 to 4 printable ASCII characters, padded at the end with NUL
    params:
      - id: number
        type: s4
    seq:
      - id: codes
        type: u1
        repeat: expr
        repeat-expr: 4
        valid:
          expr: >-
            number < 4096 and
            (_ == 0 ? _index > 0 : _ >= 0x20 and _ <= 0x7e and (_index == 0 or codes[_index - 1] != 0))
    instances:
      text:
        pos: 0
        size: 4
        type: strz
        encoding: ASCII
enums:
  type:
    1: u8
    2: i8
    3: char
    4: u16
    5: i16
    6: u32
    7: i32
    8: bool
    9: f32
    10: f64
    11: bitfield
    17: i64
    18: u64
