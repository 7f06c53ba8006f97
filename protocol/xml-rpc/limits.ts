/** How much one document may ask of the reader. Checked while it streams in, not when it is complete. */
export interface XmlRpcLimits {
  /** Bytes of the document, after any decompression; characters where it is given as a string. */
  readonly bytes: number;
  /** Arrays and structs within each other. */
  readonly depth: number;
  /** XML elements in all. */
  readonly elements: number;
  /** Characters of one text: a string, a name, a base64 block; also of one comment or tag. */
  readonly textLength: number;
}

/** Some fifty times the largest NuMI callback (176 kB, about 5,000 elements). */
export const DEFAULT_LIMITS: XmlRpcLimits = {
  bytes: 8 * 1024 * 1024,
  depth: 64,
  elements: 250_000,
  textLength: 4 * 1024 * 1024,
};
