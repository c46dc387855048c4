import { execFileSync } from "node:child_process"

/** Bundles the `domovoi` command once, before any worker starts, so that tests run what the sources say now. */
export default function buildCommand(): void {
    execFileSync("npm", ["run", "-s", "build"])
}
