import { defineConfig } from "vitest/config"

export default defineConfig({
    test: {
        include: ["test/**/*.test.ts"],
        globalSetup: ["test/build-command.ts", "test/build-firmware.ts"],
        // Colours, which CI systems turn on, are not what is tested.
        env: { NO_COLOR: "1" },
        // For what hangs. How fast the machine is decides nothing.
        testTimeout: 900_000,
        hookTimeout: 900_000,
        // The simulator is CPU-bound: more workers than cores only slow each other down.
        maxWorkers: 2,
    },
})
