/** Records of the owner, in the sealed store: what every device forgets at a factory reset. */

/** Credentials, each followed by its role. */
export const PEOPLE = "people"
/** Answers about the use of data. */
export const CONSENTS = "consents"
/** There while the device is disabled. */
export const DISABLED = "disabled"
