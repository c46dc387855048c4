import * as ds from "@devicescript/core"

/** The runtime takes this code as an order to fail an assertion of its own (`fun1_DeviceScript__panic`). */
const FAIL_AN_ASSERTION = 0xab04711

;(ds as unknown as { _panic(code: number): void })._panic(FAIL_AN_ASSERTION)
