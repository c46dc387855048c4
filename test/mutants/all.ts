/** Every mutant there is. */
import { CREDENTIAL_MUTANTS } from "./credentials"
import { DECLARED_MUTANTS } from "./declared"
import { IDENTITY_MUTANTS } from "./identity"
import { LOG_MUTANTS } from "./log"
import type { Mutant } from "./mutant"
import { UPDATE_MUTANTS } from "./update"

export const MUTANTS: readonly Mutant[] = [
    ...IDENTITY_MUTANTS,
    ...CREDENTIAL_MUTANTS,
    ...LOG_MUTANTS,
    ...DECLARED_MUTANTS,
    ...UPDATE_MUTANTS,
]
