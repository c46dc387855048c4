/** A program: makes the instrumented runtimes that the built command is shipped with. */
import { cycleCosts } from "../costs/cost-table"
import { COST_TABLES } from "../costs/tables"
import { shipRuntimes } from "./instrumented"
import { readRuntimeBinary } from "./runtime"

shipRuntimes(readRuntimeBinary(), Object.values(COST_TABLES).map(cycleCosts))
