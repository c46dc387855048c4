import type { Benchmark } from "./figure"
import { IDLE_DEVICES, type IdleDevice, idleness } from "./idle-devices"

export default {
    prefix: "idle",
    title: "What a provisioned device does in a second in which nothing happens, and what share of an RP2040's time that would take",
    columns: ["opcodes", "calls", "allocations", "busyPercent"],
    exact: true,
    async measure() {
        const figures = []
        for (const device of Object.keys(IDLE_DEVICES) as IdleDevice[])
            for (const [name, value] of Object.entries(await idleness(device)))
                figures.push({
                    name: `idle.${device}.${name}`,
                    value,
                    unit: name === "busyPercent" ? "%" : "1/s",
                })
        return figures
    },
} satisfies Benchmark
