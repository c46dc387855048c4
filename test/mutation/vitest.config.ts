import { defineConfig } from "vitest/config"

/** What a mutant has to get past: see `areas.ts`. No firmware is built here, so no test that needs one may be among them. */
export default defineConfig({
    test: {
        include: process.env.DOMOVOI_MUTATION_TESTS?.split(" ") ?? [],
        testTimeout: 60_000,
        maxWorkers: 1,
    },
})
