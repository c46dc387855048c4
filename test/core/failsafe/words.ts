import { type PersonsWord, Releaser } from "../../../src/core/failsafe/fail-safe"

/** What an inside button gives, without a button. */
export const PERSON = Releaser.Person as PersonsWord
export const OWNER = Releaser.Owner as PersonsWord
