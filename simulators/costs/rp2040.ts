import type { CostTable } from "./cost-table"

/**
 * RP2040 (Cortex-M0+) at 125 MHz with the upstream DeviceScript 2.16 firmware: GCC 8, -Og, VM executed in place from flash. Measured in an
 * instruction-level emulator with cycle counts for each instruction and flash without wait states; a cache model adds up to 3 % to
 * arithmetic and 10 to 75 % to calls of built-in functions. GCC 12 makes code that is about 20 % slower. Nothing of it is from a physical board.
 *
 * Figures marked * are derived from other measurements, as said there.
 */
export const RP2040_COSTS: CostTable = {
    clockHz: 125_000_000,
    opcodes: {
        direct_const: 117,
        expr0_ret_val: 155,
        expr0_undefined: 149,
        expr0_null: 149, // * as undefined
        expr0_true: 149, // *
        expr0_false: 149, // *
        expr1_not: 242,
        expr2_add: 301,
        expr2_sub: 301,
        expr2_mul: 330,
        expr2_div: 707,
        expr2_bit_and: 299,
        expr2_bit_or: 300,
        expr2_bit_xor: 299,
        expr2_shift_left: 301,
        expr2_shift_right: 301,
        expr2_shift_right_unsigned: 302,
        expr2_lt: 319,
        expr2_le: 322,
        expr2_eq: 301,
        expr2_ne: 301, // * as eq
        expr2_index: 618, // * between an array's 580 and a Buffer's 655
        expr3_load_buffer: 682,
        exprx_load_local: 199,
        exprx_load_global: 201,
        exprx1_load_closure: 298,
        exprx_literal: 266,
        exprx_literal_f64: 267,
        exprx_static_function: 195,
        exprx1_builtin_field: 1250,
        exprx1_ascii_field: 1020,
        exprx_math_field: 870,
        exprx_ds_field: 900,
        stmt1_return: 265,
        stmt1_alloc_array: 3200, // * 4,900 measured, less some 10 KB cleared
        stmt1_alloc_buffer: 3200, // * as an array
        stmt0_alloc_map: 3200, // *
        stmt3_index_set: 609,
        stmt4_store_buffer: 821,
        stmtx_jmp: 230,
        stmtx1_jmp_z: 330,
        stmtx1_store_local: 218,
        stmtx1_store_global: 217,
    },
    otherOpcode: 260, // * the mean of a program
    // Single statements with short mantissas took 456 and 465 more than with integers, kernels up to this.
    doubles: { expr2_add: 529, expr2_sub: 529, expr2_mul: 795 },
    overflow: 928,
    call: 540, // * `Math.imul(a, b)`, 1,764 above `a`, less its other opcodes
    // * A call with two arguments, 2,600 to 12,000 with 0 to 55,296 bytes of ballast in the heap: 1,620 and a sixth a byte cleared, to 14 %.
    frame: 100,
    clearedByte: 1 / 6,
    builtIn: {
        fun2_Math_imul: 0, // * in `call`
        // * 10,830 with opcodes and clearing (digests of 0, 64 and 1,024 bytes agree), less 1,280 and, in a heap that has been used, 2,000.
        fun3_Buffer_digest: 7_550,
    },
    otherBuiltIn: 300, // * no figures; copying is fast and what it allocates is counted apart
    sha256Block: 9_650,
    aesBlock: 16_774, // * AES-256-CCM of 1,024 bytes less that of 64, by its 120 blocks
}
