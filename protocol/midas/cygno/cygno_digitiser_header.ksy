meta:
  id: cygno_digitiser_header
  title: Bank DGH0 of CYGNO
  endian: le
  license: Apache-2.0
doc: |
  What the samples in bank DIG0 of the same event are. DIG0 has u16 samples: per board, per trigger, per channel, in time.
seq:
  - id: num_boards
    type: u4
    valid:
      max: 21
  - id: boards
    type: board
    repeat: expr
    repeat-expr: num_boards
  - id: rest
    size-eos: true
    valid:
      expr: rest.length == 0
    if: not _io.eof
types:
  board:
    seq:
      - id: model
        type: u4
        doc: CAEN model, 1742 or 1720
      - id: num_samples
        type: u4
      - id: num_channels
        type: u4
      - id: num_triggers
        type: u4
      - id: levels
        type: u4
        doc: values a sample can have, 4096 for 12 bits
      - id: sampling
        type: u4
        doc: ps between samples of a 1742, MHz of a 1720
      - id: dc_offsets
        type: u4
        repeat: expr
        repeat-expr: num_channels
      - id: time_tags
        type: u4
        repeat: expr
        repeat-expr: num_triggers
        doc: in units of 8.5 ns
      - id: start_cells
        type: u4
        repeat: expr
        repeat-expr: num_triggers
        if: model == 1742
