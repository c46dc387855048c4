import * as ds from "@devicescript/core"

/** Whole seconds since the start of the runtime. */
export function uptimeS(): number {
    return Math.floor(ds.millis() / 1000)
}
