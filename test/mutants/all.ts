/** Every mutant there is. */
import { CREDENTIAL_MUTANTS } from "./credentials"
import { DEBUG_MUTANTS } from "./debug"
import { DECLARED_MUTANTS } from "./declared"
import { DECOMMISSIONING_MUTANTS } from "./decommissioning"
import { FAILSAFE_MUTANTS } from "./failsafe"
import { HARDWARE_MUTANTS } from "./hardware"
import { IDENTITY_MUTANTS } from "./identity"
import { LOG_MUTANTS } from "./log"
import type { Mutant } from "./mutant"
import { OWNER_MUTANTS } from "./owner"
import { PRIVACY_MUTANTS } from "./privacy"
import { SESSION_MUTANTS } from "./sessions"
import { UPDATE_MUTANTS } from "./update"

export const MUTANTS: readonly Mutant[] = [
    ...IDENTITY_MUTANTS,
    ...CREDENTIAL_MUTANTS,
    ...DEBUG_MUTANTS,
    ...LOG_MUTANTS,
    ...DECLARED_MUTANTS,
    ...UPDATE_MUTANTS,
    ...FAILSAFE_MUTANTS,
    ...HARDWARE_MUTANTS,
    ...PRIVACY_MUTANTS,
    ...SESSION_MUTANTS,
    ...OWNER_MUTANTS,
    ...DECOMMISSIONING_MUTANTS,
]
