//! Functions that WGSL does not have.

/// Each function with its name; none uses another.
const FUNCTIONS: [(&str, &str); 14] = [
    (
        "not_a_number",
        // Compilers may assume that x == x, so the bits are asked.
        "fn not_a_number(x: f32) -> bool { return (bitcast<u32>(x) & 0x7fffffffu) > 0x7f800000u; }\n",
    ),
    (
        "erf",
        // Abramowitz and Stegun, 7.1.26: an error of at most 1.5e-7.
        "fn erf(x: f32) -> f32 {\n  let a = abs(x);\n  let t = 1.0 / (1.0 + 0.3275911 * a);\n  let p = t * \
         (0.254829592 + t * (-0.284496736 + t * (1.421413741 + t * (-1.453152027 + t * 1.061405429))));\n  return \
         sign(x) * (1.0 - p * exp(-a * a));\n}\n",
    ),
    (
        "power",
        // pow of a negative base is undefined in WGSL.
        "fn power(x: f32, y: f32) -> f32 {\n  if (y == 0.0) { return 1.0; }\n  if (x == 0.0) { return select(0.0, 1.0 / \
         abs(x), y < 0.0); }\n  let p = pow(abs(x), y);\n  if (x > 0.0) { return p; }\n  if (y != floor(y)) { var zero = \
         0.0; return zero / zero; }\n  return select(p, -p, (i32(y) & 1) != 0);\n}\n",
    ),
    (
        "whole_power",
        "fn whole_power(x: i32, y: i32) -> i32 {\n  var p = 1i;\n  for (var n = 0i; n < y; n++) { p = p * x; }\n  if (y < \
         0i) { p = select(select(0i, select(-1i, 1i, (y & 1i) == 0i), x == -1i), 1i, x == 1i); }\n  return p;\n}\n",
    ),
    (
        "whole_mod",
        // The remainder has the sign of the divisor.
        "fn whole_mod(x: i32, y: i32) -> i32 {\n  let r = x % y;\n  return select(r, r + y, r != 0i && (r < 0i) != (y < \
         0i));\n}\n",
    ),
    (
        "softplus",
        "fn softplus(x: f32) -> f32 {\n  let e = exp(-abs(x));\n  let l = select(log(1.0 + e), e * (1.0 - e * (0.5 - e * \
         (0.33333333 - e * 0.25))), e < 0.02);\n  return max(x, 0.0) + l;\n}\n",
    ),
    // Some devices compute tanh from exponentials, which overflow far out and cancel close to zero.
    (
        "tangens",
        "fn tangens(x: f32) -> f32 {\n  let q = x * x;\n  let small = x * (1.0 - q * (0.33333333 - q * (0.13333333 - q * \
         0.05396825)));\n  return select(tanh(clamp(x, -15.0, 15.0)), small, abs(x) < 0.2);\n}\n",
    ),
    (
        "mish",
        // tanh(softplus(x)) without a difference of large numbers.
        "fn mish(x: f32) -> f32 {\n  let e = exp(min(x, 20.0));\n  let n = e * (e + 2.0);\n  return x * n / (n + \
         2.0);\n}\n",
    ),
    // Rest of a division that is cut towards zero; what an endless divisor leaves is the dividend.
    (
        "cut_rest",
        "fn cut_rest(x: f32, y: f32) -> f32 {\n  let far = (bitcast<u32>(y) & 0x7fffffffu) == 0x7f800000u && \
         (bitcast<u32>(x) & 0x7fffffffu) < 0x7f800000u;\n  return select(x - y * trunc(x / y), x, far);\n}\n",
    ),
    // The rest with the sign of the divisor.
    (
        "signed_rest",
        "fn signed_rest(r: f32, y: f32) -> f32 { return select(r, r + y, r != 0.0 && (r < 0.0) != (y < 0.0)); }\n",
    ),
    ("logistic", "fn logistic(x: f32) -> f32 { return 1.0 / (1.0 + exp(-x)); }\n"),
    (
        "probit",
        // The quantile of the normal distribution, by Winitzki's approximation of the inverse error function.
        "fn probit(p: f32) -> f32 {\n  let x = 2.0 * p - 1.0;\n  let l = log((1.0 - x) * (1.0 + x));\n  let v = 2.0 / \
         (3.14159 * 0.147) + 0.5 * l;\n  return 1.41421356 * sign(x) * sqrt(-v + sqrt(v * v - l / 0.147));\n}\n",
    ),
    (
        "place",
        // An index that may count from the end; outside of the data it is brought inside, so that nothing else is read.
        "fn place(index: i32, length: i32) -> u32 {\n  let p = select(index, index + length, index < 0i);\n  return \
         u32(clamp(p, 0i, length - 1i));\n}\n",
    ),
    (
        "mirror",
        "fn mirror(x: i32, n: i32) -> i32 {\n  if (n == 1i) { return 0i; }\n  let period = 2i * (n - 1i);\n  let r = ((x \
         % period) + period) % period;\n  return select(r, period - r, r >= n);\n}\n",
    ),
];

/// The functions that a kernel uses.
pub(crate) fn prelude(body: &str) -> String {
    let used = |name: &str| body.contains(&format!("{name}("));
    FUNCTIONS.iter().filter(|(name, _)| used(name)).map(|(_, text)| *text).collect()
}
