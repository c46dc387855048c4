import type { ConformanceTest } from "../scene"
import { BOOT_TESTS } from "./boot"
import { CREDENTIAL_TESTS } from "./credentials"
import { DEBUG_TESTS } from "./debug"
import { IDENTITY_TESTS } from "./identity"
import { KEY_TESTS } from "./keys"
import { LIFE_TESTS } from "./life"
import { LOG_TESTS } from "./log"
import { ROOT_TESTS } from "./root"
import { UPDATE_TESTS } from "./update"

/** In the order in which they are run: what changes the device comes last. */
export const TESTS: readonly ConformanceTest[] = [
    ...IDENTITY_TESTS,
    ...CREDENTIAL_TESTS,
    ...DEBUG_TESTS,
    ...ROOT_TESTS,
    ...KEY_TESTS,
    ...LIFE_TESTS,
    ...LOG_TESTS,
    ...BOOT_TESTS,
    ...UPDATE_TESTS,
]
