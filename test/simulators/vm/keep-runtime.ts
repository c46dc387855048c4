/** A program: makes the instrumented runtime, or takes it, in the folder that is its argument. */
import { RP2040_COSTS } from "../../../simulators/costs/rp2040"
import { instrumentedRuntime } from "../../../simulators/vm/instrumented"
import { readRuntimeBinary } from "../../../simulators/vm/runtime"

instrumentedRuntime(readRuntimeBinary(), RP2040_COSTS, false, process.argv[2])
