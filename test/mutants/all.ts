/** Every mutant there is. */
import { IDENTITY_MUTANTS } from "./identity"
import type { Mutant } from "./mutant"
import { UPDATE_MUTANTS } from "./update"

export const MUTANTS: readonly Mutant[] = [...IDENTITY_MUTANTS, ...UPDATE_MUTANTS]
