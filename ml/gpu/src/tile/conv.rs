//! Convolutions as products that are never laid out: rows are output channels, columns are output pixels.

use std::fmt::Write as _;

use super::{GROUP, block};
use crate::graph::{BufferId, Tile};

/// Kernels of at most this many weights per channel are written out; of larger ones only the rows, or nothing.
const WRITTEN: usize = 9;

/// A convolution over two spatial dimensions (one dimension is a picture of one row).
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Conv {
    pub(crate) batch: usize,
    pub(crate) channels: usize,
    pub(crate) input: [usize; 2],
    pub(crate) outputs: usize,
    pub(crate) output: [usize; 2],
    pub(crate) groups: usize,
    pub(crate) kernel: [usize; 2],
    pub(crate) strides: [usize; 2],
    pub(crate) dilations: [usize; 2],
    pub(crate) before: [usize; 2],
    pub(crate) after: [usize; 2],
}

impl Conv {
    /// Output channels that an invocation makes.
    pub(crate) fn rows(&self) -> usize {
        let each = self.outputs / self.groups;
        if each < 4 { each } else { block(each, &[8, 4]) }
    }

    /// Output channels of a group as packed weights have them.
    pub(crate) fn padded(&self) -> usize {
        (self.outputs / self.groups).next_multiple_of(self.rows())
    }

    /// Elements of the packed weights.
    pub(crate) fn packed(&self) -> usize {
        self.channels * self.kernel[0] * self.kernel[1] * self.padded()
    }

    /// WGSL that tells a packed weight from those of the model: `[group, channel, row, column, output channel]`.
    pub(crate) fn packing(&self) -> String {
        let each = self.outputs / self.groups;
        let (padded, depth) = (self.padded(), self.channels / self.groups * self.kernel[0] * self.kernel[1]);
        format!(
            "let o = i % {padded}u; let d = (i / {padded}u) % {depth}u; let g = i / {}u;\n  if (o >= {each}u) {{ return \
             0.0; }}\n  return $0((g * {each}u + o) * {depth}u + d);",
            padded * depth
        )
    }

    /// Packs constant weights.
    pub(crate) fn pack(&self, weights: &[f32]) -> Vec<u32> {
        let each = self.outputs / self.groups;
        let (padded, depth) = (self.padded(), self.channels / self.groups * self.kernel[0] * self.kernel[1]);
        let mut packed = vec![0_u32; self.packed()];
        for (row, weights) in weights.chunks(depth.max(1)).enumerate() {
            let (group, o) = (row / each, row % each);
            for (d, weight) in weights.iter().enumerate() {
                packed[(group * depth + d) * padded + o] = weight.to_bits();
            }
        }
        packed
    }

    /// Pixels that an invocation makes.
    fn columns(&self) -> usize {
        let pixels = self.pixels();
        if pixels >= GROUP * 8 { 4 } else { pixels.div_ceil(GROUP).clamp(1, 2) }
    }

    fn pixels(&self) -> usize {
        self.batch * self.output[0] * self.output[1]
    }

    /// Output channels lie side by side in memory, so that four are loaded at once.
    fn fours(&self) -> bool {
        self.rows().is_multiple_of(4)
    }

    fn tiles(&self) -> usize {
        let across = self.pixels().div_ceil(GROUP * self.columns());
        across * (self.outputs / self.groups).div_ceil(self.rows()) * self.groups
    }

    pub(crate) fn tile(&self, picture: BufferId, weights: BufferId) -> Tile {
        let Self { batch, channels, input: [h, w], outputs, output: [oh, ow], kernel: [kh, kw], .. } = *self;
        let mut code = String::new();
        self.start(&mut code);
        self.sum(&mut code);
        self.store(&mut code);
        let area = oh * ow;
        Tile {
            label: format!("conv {batch}x{channels}x{h}x{w} to {outputs}, {kh}x{kw}"),
            operands: vec![(picture, "f32"), (weights, if self.fours() { "vec4<f32>" } else { "f32" })],
            code,
            channel: if area == 1 { format!("(i % {outputs}u)") } else { format!("((i / {area}u) % {outputs}u)") },
            groups: self.tiles(),
        }
    }

    /// Where the invocation is: `o` its first output channel in `group`, per pixel `j` the batch `n`, the position `r`
    /// in the output, the corner `y`, `x` of its window, and that corner's position `m` in memory.
    fn start(&self, code: &mut String) {
        let Self { channels, input: [h, w], output: [oh, ow], groups, strides: [sh, sw], before: [ph, pw], .. } = *self;
        let (rows, columns) = (self.rows(), self.columns());
        let across = self.pixels().div_ceil(GROUP * columns);
        let down = (self.outputs / groups).div_ceil(rows);
        let _ = writeln!(
            code,
            "@compute @workgroup_size({GROUP})\nfn main(@builtin(workgroup_id) w: vec3<u32>, \
             @builtin(local_invocation_id) l: vec3<u32>) {{\n  let t = w.x + w.y * @WIDTH@u;\n  if (t >= {}u) {{ return; \
             }}\n  let group = t / {}u;\n  let o = (t / {across}u) % {down}u * {rows}u;\n  let first = t % {across}u * \
             {}u + l.x;",
            self.tiles(),
            across * down,
            GROUP * columns
        );
        for j in 0..columns {
            let _ = writeln!(
                code,
                "  let p{j} = min(first + {}u, {}u); let n{j} = p{j} / {area}u; let r{j} = p{j} % {area}u;\n  let y{j} = \
                 i32(r{j} / {ow}u * {sh}u) - {ph}; let x{j} = i32(r{j} % {ow}u * {sw}u) - {pw};\n  var m{j} = i32((n{j} \
                 * {channels}u + group * {}u) * {}u) + y{j} * {w} + x{j};",
                j * GROUP,
                self.pixels() - 1,
                channels / groups,
                h * w,
                area = oh * ow
            );
        }
    }

    /// The loop over input channels and kernel, into the sums `s<channels>_<pixel>`.
    fn sum(&self, code: &mut String) {
        let Self { channels, input: [h, w], groups, kernel: [kh, kw], dilations: [dh, dw], .. } = *self;
        let (columns, quads) = (self.columns(), self.rows().div_ceil(4));
        let (rows_written, columns_written) = (kh * kw <= WRITTEN, kw <= WRITTEN);
        let checked = |d: usize| self.before[d] > 0 || self.after[d] > 0;
        for j in 0..columns {
            for v in 0..if checked(1) && columns_written { kw } else { 0 } {
                let _ = writeln!(code, "  let in{j}_{v} = u32(x{j} + {}) < {w}u;", v * dw);
            }
            for q in 0..quads {
                let zero = if self.fours() { "vec4<f32>()" } else { "vec3<f32>()" };
                let _ = writeln!(code, "  var s{q}_{j} = {zero};");
            }
        }
        let quarter = if self.fours() { 4 } else { 1 };
        let (depth, step) = (channels / groups, self.padded() / quarter);
        let _ = writeln!(
            code,
            "  var weight = (group * {}u + o) / {quarter}u;\n  for (var channel = 0u; channel < {depth}u; channel++) {{",
            depth * kh * kw * self.padded()
        );
        if !rows_written {
            let _ = writeln!(code, "  for (var u = 0; u < {kh}; u++) {{");
        }
        for u in 0..if rows_written { kh } else { 1 } {
            let row = if rows_written { u.to_string() } else { "u".to_owned() };
            if !columns_written {
                let _ = writeln!(code, "  for (var v = 0; v < {kw}; v++) {{");
            }
            for v in 0..if columns_written { kw } else { 1 } {
                let column = if columns_written { v.to_string() } else { "v".to_owned() };
                let place = if rows_written { (u * kw + v) * step } else { v * step };
                code.push_str("    {");
                self.weights(code, place);
                for j in 0..columns {
                    let mut inside = Vec::new();
                    if checked(0) {
                        inside.push(format!("u32(y{j} + {row} * {dh}) < {h}u"));
                    }
                    if checked(1) {
                        inside.push(if columns_written {
                            format!("in{j}_{v}")
                        } else {
                            format!("u32(x{j} + v * {dw}) < {w}u")
                        });
                    }
                    let load = format!("t0[u32(m{j} + {row} * {} + {column} * {dw})]", dh * w);
                    let load =
                        if inside.is_empty() { load } else { format!("select(0.0, {load}, {})", inside.join(" && ")) };
                    let _ = write!(code, " let v{j} = {load};");
                    for q in 0..quads {
                        let _ = write!(code, " s{q}_{j} += w{q} * v{j};");
                    }
                }
                code.push_str(" }\n");
            }
            if !columns_written {
                let _ = writeln!(code, "    weight += {step}u;\n  }}");
            }
        }
        let each_channel = if rows_written { kh * kw * step } else { kw * step };
        let each_channel = if columns_written { each_channel } else { 0 };
        let _ = writeln!(code, "    weight += {each_channel}u;");
        if !rows_written {
            code.push_str("  }\n");
        }
        for j in 0..columns {
            let _ = writeln!(code, "    m{j} += {};", h * w);
        }
        code.push_str("  }\n");
    }

    /// Loads the weights of one place of the kernel for all output channels of the invocation.
    fn weights(&self, code: &mut String, place: usize) {
        for q in 0..self.rows().div_ceil(4) {
            if self.fours() {
                let _ = write!(code, " let w{q} = t1[weight + {}u];", place + q);
                continue;
            }
            let part =
                |r: usize| if r < self.rows() { format!("t1[weight + {}u]", place + r) } else { "0.0".to_owned() };
            let _ = write!(code, " let w{q} = vec3<f32>({}, {}, {});", part(0), part(1), part(2));
        }
    }

    fn store(&self, code: &mut String) {
        let Self { outputs, output: [oh, ow], groups, .. } = *self;
        let (each, rows, area, pixels) = (outputs / groups, self.rows(), oh * ow, self.pixels());
        for j in 0..self.columns() {
            let _ = writeln!(
                code,
                "  if (first + {}u < {pixels}u) {{\n    let c0 = group * {each}u + o; let b = (n{j} * {outputs}u + c0) * \
                 {area}u + r{j};",
                j * GROUP
            );
            for r in 0..rows {
                let at = r * area;
                let store = format!("result[b + {at}u] = epilogue(b + {at}u, c0 + {r}u, s{}_{j}[{}]);", r / 4, r % 4);
                // Rows that only fill the last block up are not kept.
                let guarded = !each.is_multiple_of(rows);
                let line = if guarded { format!("if (o + {r}u < {each}u) {{ {store} }}") } else { store };
                let _ = writeln!(code, "    {line}");
            }
            code.push_str("  }\n");
        }
        code.push_str("}\n");
    }
}
