/** Discord's documented limits of a message (developer documentation: Resources / Message, Embed Limits). */
export const LIMITS = {
  content: 2000,
  embeds: 10,
  title: 256,
  description: 4096,
  fields: 25,
  fieldName: 256,
  fieldValue: 1024,
  footer: 2048,
  author: 256,
  /** Titles, descriptions, field names and values, footers and authors of all embeds of a message together. */
  embedsTotal: 6000,
  customId: 100,
  nonce: 25,
  threadName: 100,
  buttonLabel: 80,
  optionLabel: 100,
  modalTitle: 45,
} as const;
