// The arrows of docs/architecture.md: devs → core, host → core, simulators → core, cli → host → simulators.
// test/structure runs these rules over the repository and shows that each of them catches a violation.

/** Everything a DeviceScript source may import beside its own kind: the runtime's libraries, and this package by its own name. */
const DEVICE_LIBRARIES = "@devicescript/|@dsboard/|devicescript-domovoi"

/** @type {import("dependency-cruiser").IConfiguration} */
module.exports = {
    forbidden: [
        {
            name: "core-stands-alone",
            comment:
                "src/core runs on the device and on Node: it may use neither's libraries, not even Node's builtins.",
            severity: "error",
            from: { path: "^src/core/" },
            to: { pathNot: "^src/core/" },
        },
        {
            name: "devs-uses-core-and-the-runtime",
            comment: "devs/ is compiled for the device: beside itself it may use src/core and the runtime's libraries.",
            severity: "error",
            from: { path: "^devs/" },
            to: { pathNot: `^(devs|src/core)/|(^|node_modules/)(${DEVICE_LIBRARIES})` },
        },
        {
            name: "nobody-runs-devs-on-node",
            comment: "devs/ does not run on Node. Compile it and run the image in the simulator.",
            severity: "error",
            from: { pathNot: "^devs/" },
            to: { path: "^devs/" },
        },
        {
            name: "simulators-use-core",
            comment: "The simulator knows images and worlds, not how they are built or asked for.",
            severity: "error",
            from: { path: "^simulators/" },
            to: { path: "^(src/(host|cli)|test)/" },
        },
        {
            name: "host-uses-simulators-and-core",
            comment: "What the host does must not depend on the command that asks for it.",
            severity: "error",
            from: { path: "^src/host/" },
            to: { path: "^(src/cli|test)/" },
        },
        {
            name: "cli-uses-host",
            comment: "The command is thin over src/host.",
            severity: "error",
            from: { path: "^src/cli/" },
            to: { path: "^(simulators|src/core|test)/" },
        },
        {
            name: "no-cycles",
            comment: "Two files that import each other are one file, or hide a third.",
            severity: "error",
            from: {},
            to: { circular: true },
        },
    ],
    options: {
        doNotFollow: { path: "node_modules" },
        tsPreCompilationDeps: true,
    },
}
