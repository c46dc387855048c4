import { Releaser } from "../../../src/core/failsafe/fail-safe"
import type { PersonsWord } from "../../../src/core/failsafe/persons-word"

/** What an inside button gives, without a button. */
export const PERSON = Releaser.Person as PersonsWord
export const OWNER = Releaser.Owner as PersonsWord
