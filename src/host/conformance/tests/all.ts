import type { ConformanceTest } from "../scene"
import { IDENTITY_TESTS } from "./identity"
import { UPDATE_TESTS } from "./update"

/** In the order in which they are run: what changes the device comes last. */
export const TESTS: readonly ConformanceTest[] = [...IDENTITY_TESTS, ...UPDATE_TESTS]
