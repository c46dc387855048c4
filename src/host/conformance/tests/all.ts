import type { ConformanceTest } from "../scene"
import { AVAILABILITY_TESTS } from "./availability"
import { FAILSAFE_TESTS } from "./failsafe"
import { HARDWARE_TESTS } from "./hardware"
import { IDENTITY_TESTS } from "./identity"
import { OWNER_TESTS } from "./owner"
import { PRIVACY_TESTS } from "./privacy"
import { UPDATE_TESTS } from "./update"

/** In the order in which they are run: what changes the device comes last. */
export const TESTS: readonly ConformanceTest[] = [
    ...IDENTITY_TESTS,
    ...FAILSAFE_TESTS,
    ...HARDWARE_TESTS,
    ...AVAILABILITY_TESTS,
    ...PRIVACY_TESTS,
    ...OWNER_TESTS,
    ...UPDATE_TESTS,
]
