import { defineConfig } from "vitest/config"
import { TOGETHER } from "./test/together"

const together = TOGETHER.map(area => `test/${area}/**/*.test.ts`)

const common = {
    // Colours, which CI systems turn on, are not what is tested.
    env: { NO_COLOR: "1" },
    // For what hangs. How fast the machine is decides nothing.
    testTimeout: 900_000,
    hookTimeout: 900_000,
}

export default defineConfig({
    test: {
        globalSetup: ["test/build-command.ts", "test/build-firmware.ts"],
        // The simulator is CPU-bound: more workers than cores only slow each other down.
        maxWorkers: 2,
        projects: [
            { test: { ...common, name: "together", include: together, isolate: false } },
            { test: { ...common, name: "apart", include: ["test/**/*.test.ts"], exclude: together } },
        ],
    },
})
