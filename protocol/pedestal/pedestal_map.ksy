meta:
  id: pedestal_map
  title: Pedestal of a camera
  endian: le
  license: Apache-2.0
doc: |
  Sums over the pictures of a pedestal run, pixel by pixel of the sensor, row by row. The mean of a pixel is sum / pictures, its
  variance (n - 1) is (pictures x square - sum x sum) / (pictures x (pictures - 1)). See docs/formats.md, section 10.
seq:
  - id: magic
    contents: SPWPED
  - id: format
    type: u2
    valid: 1
  - id: rows
    type: u4
  - id: columns
    type: u4
  - id: pictures
    type: u4
  - id: reserved
    size: 12
  - id: squares
    type: f8
    repeat: expr
    repeat-expr: rows * columns
    doc: sums of the squares of the raw counts; whole numbers
  - id: sums
    type: u4
    repeat: expr
    repeat-expr: rows * columns
    doc: sums of the raw counts
