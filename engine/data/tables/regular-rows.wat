;; Finds the values of regular rows of a table, 64 bytes at a time, and reads its numbers. A row is regular that has as many values as
;; the table has columns, and neither a quotation mark nor a zero byte. csv-scanner.ts reads all others.
(module
  ;; Powers of ten as f64 lie at 0; where the rest lies is told.
  (memory (export "memory") 1)
  ;; Where the first row begins that is not read.
  (global $next (export "next") (mut i32) (i32.const 0))

  ;; Bits of the bytes at $at that are one of four.
  (func $marks (param $at i32) (param $a v128) (param $b v128) (param $c v128) (result i64)
    (local $bytes v128)
    (local.set $bytes (v128.load (local.get $at)))
    (i64.extend_i32_u
      (i8x16.bitmask
        (v128.or
          (v128.or
            (i8x16.eq (local.get $bytes) (local.get $a))
            (i8x16.eq (local.get $bytes) (local.get $b)))
          (v128.or
            (i8x16.eq (local.get $bytes) (local.get $c))
            (i8x16.eq (local.get $bytes) (v128.const i32x4 0 0 0 0)))))))

  ;; The number that is written in 1 to 8 bytes, without a sign: its digits are computed with side by side (Lemire, 2021, "Number
  ;; parsing at a gigabyte per second"). NaN where it is none.
  (func $short (param $end i32) (param $length i32) (result f64)
    (local $bytes i64) (local $shift i64) (local $point i64) (local $below i64) (local $decimals i32)
    (local.set $bytes (i64.load (i32.sub (local.get $end) (i32.const 8))))
    ;; What stands before becomes zeros.
    (local.set $shift (i64.extend_i32_u (i32.shl (i32.sub (i32.const 8) (local.get $length)) (i32.const 3))))
    (local.set $bytes
      (i64.or
        (i64.shl (i64.shr_u (local.get $bytes) (local.get $shift)) (local.get $shift))
        (i64.and (i64.const 0x3030303030303030) (i64.sub (i64.shl (i64.const 1) (local.get $shift)) (i64.const 1)))))
    (local.set $point (i64.xor (local.get $bytes) (i64.const 0x2e2e2e2e2e2e2e2e)))
    (local.set $point
      (i64.and
        (i64.and
          (i64.sub (local.get $point) (i64.const 0x0101010101010101))
          (i64.xor (local.get $point) (i64.const -1)))
        (i64.const 0x8080808080808080)))
    (if (i64.ne (local.get $point) (i64.const 0))
      (then
        (if (i32.eq (local.get $length) (i32.const 1)) (then (return (f64.const nan))))
        ;; The digits before the point move into its place.
        (local.set $point (i64.and (i64.ctz (local.get $point)) (i64.const 56)))
        (local.set $below (i64.sub (i64.shl (i64.const 1) (local.get $point)) (i64.const 1)))
        (local.set $decimals
          (i32.sub (i32.const 7) (i32.wrap_i64 (i64.shr_u (local.get $point) (i64.const 3)))))
        (local.set $bytes
          (i64.or
            (i64.and
              (local.get $bytes)
              (i64.xor
                (i64.or (i64.shl (local.get $below) (i64.const 8)) (i64.const 255))
                (i64.const -1)))
            (i64.or
              (i64.shl (i64.and (local.get $bytes) (local.get $below)) (i64.const 8))
              (i64.const 0x30))))))
    ;; 3 in the upper half of every byte, and still so with 6 more.
    (if
      (i64.ne
        (i64.or
          (i64.and (local.get $bytes) (i64.const 0xf0f0f0f0f0f0f0f0))
          (i64.shr_u
            (i64.and
              (i64.add (local.get $bytes) (i64.const 0x0606060606060606))
              (i64.const 0xf0f0f0f0f0f0f0f0))
            (i64.const 4)))
        (i64.const 0x3333333333333333))
      (then (return (f64.const nan))))
    (local.set $bytes
      (i64.shr_u
        (i64.mul (i64.and (local.get $bytes) (i64.const 0x0f0f0f0f0f0f0f0f)) (i64.const 2561))
        (i64.const 8)))
    (local.set $bytes
      (i64.shr_u
        (i64.mul (i64.and (local.get $bytes) (i64.const 0x00ff00ff00ff00ff)) (i64.const 6553601))
        (i64.const 16)))
    (local.set $bytes
      (i64.shr_u
        (i64.mul (i64.and (local.get $bytes) (i64.const 0x0000ffff0000ffff)) (i64.const 42949672960001))
        (i64.const 32)))
    (f64.div
      (f64.convert_i64_u (local.get $bytes))
      (f64.load (i32.shl (local.get $decimals) (i32.const 3)))))

  ;; The same of more bytes, one by one: up to 15 digits.
  (func $long (param $at i32) (param $end i32) (result f64)
    (local $digits i64) (local $digit i32) (local $count i32) (local $decimals i32) (local $points i32)
    (loop $next
      (local.set $digit (i32.sub (i32.load8_u (local.get $at)) (i32.const 48)))
      (if (i32.le_u (local.get $digit) (i32.const 9))
        (then
          (local.set $digits
            (i64.add
              (i64.mul (local.get $digits) (i64.const 10))
              (i64.extend_i32_u (local.get $digit))))
          (local.set $count (i32.add (local.get $count) (i32.const 1)))
          (local.set $decimals (i32.add (local.get $decimals) (local.get $points))))
        (else
          ;; A second point, or no sign of a number.
          (if
            (i32.or (i32.ne (local.get $digit) (i32.const -2)) (local.get $points))
            (then (return (f64.const nan))))
          (local.set $points (i32.const 1))))
      (local.set $at (i32.add (local.get $at) (i32.const 1)))
      (br_if $next (i32.lt_u (local.get $at) (local.get $end))))
    (if (i32.gt_u (local.get $count) (i32.const 15)) (then (return (f64.const nan))))
    (f64.div
      (f64.convert_i64_u (local.get $digits))
      (f64.load (i32.shl (local.get $decimals) (i32.const 3)))))

  (func $number (param $start i32) (param $end i32) (result f32)
    (local $negative i32) (local $length i32)
    (local.set $negative (i32.eq (i32.load8_u (local.get $start)) (i32.const 45)))
    (local.set $start (i32.add (local.get $start) (local.get $negative)))
    (local.set $length (i32.sub (local.get $end) (local.get $start)))
    (if (i32.gt_u (i32.sub (local.get $length) (i32.const 1)) (i32.const 15))
      (then (return (f32.const nan))))
    (f32.demote_f64
      (f64.mul
        (if (result f64) (i32.le_u (local.get $length) (i32.const 8))
          (then (call $short (local.get $end) (local.get $length)))
          (else (call $long (local.get $start) (local.get $end))))
        (select (f64.const -1) (f64.const 1) (local.get $negative)))))

  ;; Notes the values of rows from $at on, at most $most of them; returns how many. Places are counted from $base. $numeric: a byte for
  ;; each column.
  (func (export "scan")
    (param $base i32) (param $at i32) (param $end i32)
    (param $delimiter i32) (param $newline i32) (param $quote i32)
    (param $width i32) (param $numeric i32)
    (param $starts i32) (param $ends i32) (param $numbers i32) (param $most i32)
    (result i32)
    (local $a v128) (local $b v128) (local $c v128)
    (local $marks i64) (local $mark i32) (local $sign i32) (local $stop i32)
    (local $start i32) (local $column i32) (local $place i32) (local $value i32) (local $values i32)
    (local.set $a (i8x16.splat (local.get $delimiter)))
    (local.set $b (i8x16.splat (local.get $newline)))
    (local.set $c (i8x16.splat (local.get $quote)))
    (local.set $at (i32.add (local.get $at) (local.get $base)))
    (local.set $end (i32.add (local.get $end) (local.get $base)))
    (local.set $start (local.get $at))
    (global.set $next (local.get $at))
    (block $irregular
      (loop $blocks
        (br_if $irregular (i32.ge_u (local.get $at) (local.get $end)))
        (local.set $marks
          (i64.or
            (i64.or
              (call $marks (local.get $at) (local.get $a) (local.get $b) (local.get $c))
              (i64.shl
                (call $marks (i32.add (local.get $at) (i32.const 16)) (local.get $a) (local.get $b) (local.get $c))
                (i64.const 16)))
            (i64.or
              (i64.shl
                (call $marks (i32.add (local.get $at) (i32.const 32)) (local.get $a) (local.get $b) (local.get $c))
                (i64.const 32))
              (i64.shl
                (call $marks (i32.add (local.get $at) (i32.const 48)) (local.get $a) (local.get $b) (local.get $c))
                (i64.const 48)))))
        (block $done
          (loop $next
            (br_if $done (i64.eqz (local.get $marks)))
            (local.set $mark (i32.add (local.get $at) (i32.wrap_i64 (i64.ctz (local.get $marks)))))
            (local.set $marks (i64.and (local.get $marks) (i64.sub (local.get $marks) (i64.const 1))))
            (br_if $irregular (i32.ge_u (local.get $mark) (local.get $end)))
            (local.set $sign (i32.load8_u (local.get $mark)))
            (local.set $stop (local.get $mark))
            (if (i32.eq (local.get $sign) (local.get $delimiter))
              (then
                (br_if $irregular (i32.eq (i32.add (local.get $column) (i32.const 1)) (local.get $width))))
              (else
                (br_if $irregular (i32.ne (local.get $sign) (local.get $newline)))
                (br_if $irregular (i32.ne (i32.add (local.get $column) (i32.const 1)) (local.get $width)))
                ;; CR before LF.
                (local.set $stop
                  (i32.sub
                    (local.get $mark)
                    (i32.and
                      (i32.gt_u (local.get $mark) (local.get $start))
                      (i32.and
                        (i32.eq (local.get $newline) (i32.const 10))
                        (i32.eq (i32.load8_u (i32.sub (local.get $mark) (i32.const 1))) (i32.const 13))))))
                ;; An empty line.
                (br_if $irregular
                  (i32.and
                    (i32.eqz (local.get $column))
                    (i32.eq (local.get $stop) (local.get $start))))))
            (local.set $place (i32.shl (local.get $value) (i32.const 2)))
            (i32.store (i32.add (local.get $starts) (local.get $place)) (i32.sub (local.get $start) (local.get $base)))
            (i32.store (i32.add (local.get $ends) (local.get $place)) (i32.sub (local.get $stop) (local.get $base)))
            (f32.store
              (i32.add (local.get $numbers) (local.get $place))
              (if (result f32) (i32.load8_u (i32.add (local.get $numeric) (local.get $column)))
                (then (call $number (local.get $start) (local.get $stop)))
                (else (f32.const nan))))
            (local.set $value (i32.add (local.get $value) (i32.const 1)))
            (local.set $column (i32.add (local.get $column) (i32.const 1)))
            (local.set $start (i32.add (local.get $mark) (i32.const 1)))
            (br_if $next (i32.eq (local.get $sign) (local.get $delimiter)))
            (local.set $column (i32.const 0))
            (local.set $values (local.get $value))
            (global.set $next (local.get $start))
            (br_if $irregular
              (i32.gt_u (i32.add (local.get $value) (local.get $width)) (local.get $most)))
            (br $next)))
        (local.set $at (i32.add (local.get $at) (i32.const 64)))
        (br $blocks)))
    (global.set $next (i32.sub (global.get $next) (local.get $base)))
    (local.get $values)))
