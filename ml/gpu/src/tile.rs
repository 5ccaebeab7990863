//! Matrix products and convolutions, register-blocked.
//!
//! An invocation makes several rows of several columns, so that what it loads is used more than once. Neighbouring
//! invocations make neighbouring columns, so that their loads are next to each other. Nothing goes through workgroup
//! memory: on adapters that compute on the CPU a barrier costs more than it saves, and elsewhere the cache does its work.

use std::fmt::Write as _;

use crate::graph::{BufferId, Tile};

/// Invocations of a workgroup.
const GROUP: usize = 64;

/// A factor of a matrix product: how far apart its elements are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Factor {
    pub(crate) buffer: BufferId,
    /// Position of the matrix of batch `batch`, as WGSL.
    pub(crate) start: String,
    /// Distance between rows on the left, between columns on the right.
    pub(crate) across: usize,
    /// Distance along the dimension that is summed over.
    pub(crate) along: usize,
}

/// `batches` products of `m` by `k` and `k` by `n`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct MatMul {
    pub(crate) batches: usize,
    pub(crate) m: usize,
    pub(crate) k: usize,
    pub(crate) n: usize,
    pub(crate) left: Factor,
    pub(crate) right: Factor,
}

/// The largest of the sizes of a block that wastes least of `length`.
fn block(length: usize, sizes: &[usize]) -> usize {
    let waste = |size: &usize| (length.div_ceil(*size) * *size, usize::MAX - *size);
    sizes.iter().copied().min_by_key(waste).unwrap_or(1)
}

/// How a product is cut: columns and rows of invocations, rows and columns of each.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Cut {
    wide: usize,
    high: usize,
    rows: usize,
    columns: usize,
}

fn cut(m: usize, n: usize) -> Cut {
    let rows = match m {
        0..=1 => 1,
        2..=3 => 2,
        4..=7 => 4,
        _ => block(m, &[8, 4]),
    };
    let wide = n.next_power_of_two().min(16);
    let high = m.div_ceil(rows).next_power_of_two().min(GROUP / wide);
    // Few rows: their places go to columns.
    let wide = if high * wide < GROUP { n.next_power_of_two().min(GROUP / high) } else { wide };
    let columns = if rows >= 4 { n.div_ceil(wide).min(4) } else { n.div_ceil(wide).min(2) };
    Cut { wide, high, rows, columns }
}

impl MatMul {
    pub(crate) fn tile(&self) -> Tile {
        let Self { batches, m, k, n, left, right } = self;
        let Cut { wide, high, rows, columns } = cut(*m, *n);
        let fours = k.is_multiple_of(4) && left.along == 1 && left.across.is_multiple_of(4);
        let across = n.div_ceil(wide * columns);
        let down = m.div_ceil(high * rows);
        let tiles = across * down * batches;
        let mut code = format!(
            "@compute @workgroup_size({wide}, {high})\nfn main(@builtin(workgroup_id) w: vec3<u32>, \
             @builtin(local_invocation_id) l: vec3<u32>) {{\n  let t = w.x + w.y * @WIDTH@u;\n  if (t >= {tiles}u) {{ \
             return; }}\n  let batch = t / {}u;\n  let row = ((t / {across}u) % {down}u * {high}u + l.y) * {rows}u;\n  if \
             (row >= {m}u) {{ return; }}\n  let column = t % {across}u * {}u + l.x;\n",
            across * down,
            wide * columns
        );
        let quarter = if fours { 4 } else { 1 };
        let _ =
            writeln!(code, "  let start_left = ({}) / {quarter}u;\n  let start_right = {};", left.start, right.start);
        for i in 0..rows {
            let _ = writeln!(
                code,
                "  let left{i} = start_left + min(row + {i}u, {}u) * {}u;",
                m - 1,
                left.across / quarter
            );
        }
        for j in 0..columns {
            let offset = j * wide;
            let _ = writeln!(
                code,
                "  let right{j} = start_right + min(column + {offset}u, {}u) * {}u;",
                n - 1,
                right.across
            );
        }
        for i in 0..rows {
            for j in 0..columns {
                let _ = write!(code, "  var s{i}_{j} = 0.0;");
            }
        }
        let _ = writeln!(code, "\n  for (var k = 0u; k < {}u; k++) {{", k / quarter);
        for i in 0..rows {
            let step = if left.along == 1 { "k".into() } else { format!("k * {}u", left.along) };
            let _ = writeln!(code, "    let a{i} = t0[left{i} + {step}];");
        }
        for u in 0..quarter {
            let at = format!("(k * {quarter}u + {u}u) * {}u", right.along);
            for j in 0..columns {
                let _ = writeln!(code, "    let b{u}_{j} = t1[right{j} + {at}];");
            }
            for i in 0..rows {
                let a = if fours { format!("a{i}[{u}]") } else { format!("a{i}") };
                for j in 0..columns {
                    let _ = write!(code, "    s{i}_{j} += {a} * b{u}_{j};");
                }
                code.push('\n');
            }
        }
        code.push_str("  }\n  let corner = batch * ");
        let _ = writeln!(code, "{}u + row * {n}u + column;", m * n);
        for i in 0..rows {
            let _ = writeln!(code, "  if (row + {i}u < {m}u) {{");
            for j in 0..columns {
                let (offset, place) = (j * wide, i * n + j * wide);
                let _ = writeln!(
                    code,
                    "    if (column + {offset}u < {n}u) {{ let o = corner + {place}u; result[o] = epilogue(o, column + \
                     {offset}u, s{i}_{j}); }}"
                );
            }
            code.push_str("  }\n");
        }
        code.push_str("}\n");
        Tile {
            label: format!("matmul {batches}x{m}x{k}x{n}"),
            operands: vec![(left.buffer, if fours { "vec4<f32>" } else { "f32" }), (right.buffer, "f32")],
            code,
            channel: format!("(i % {n}u)"),
            groups: tiles,
        }
    }
}

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

    pub(crate) fn tile(&self, picture: BufferId, weights: BufferId) -> Tile {
        let Self { batch, channels, input: [h, w], outputs, output: [oh, ow], groups, .. } = *self;
        let ([kh, kw], [sh, sw], [dh, dw], [ph, pw]) = (self.kernel, self.strides, self.dilations, self.before);
        let (each, depth, rows, padded) = (outputs / groups, channels / groups, self.rows(), self.padded());
        let area = oh * ow;
        let pixels = batch * area;
        let columns = if pixels >= GROUP * 8 { 4 } else { pixels.div_ceil(GROUP).clamp(1, 2) };
        let fours = rows.is_multiple_of(4);
        let quads = rows.div_ceil(4);
        let across = pixels.div_ceil(GROUP * columns);
        let down = each.div_ceil(rows);
        let tiles = across * down * groups;
        let padded_rows = ph > 0 || self.after[0] > 0;
        let padded_columns = pw > 0 || self.after[1] > 0;
        let mut code = format!(
            "@compute @workgroup_size({GROUP})\nfn main(@builtin(workgroup_id) w: vec3<u32>, \
             @builtin(local_invocation_id) l: vec3<u32>) {{\n  let t = w.x + w.y * @WIDTH@u;\n  if (t >= {tiles}u) {{ \
             return; }}\n  let group = t / {}u;\n  let o = (t / {across}u) % {down}u * {rows}u;\n  let first = t % \
             {across}u * {}u + l.x;\n",
            across * down,
            GROUP * columns
        );
        for j in 0..columns {
            let _ = writeln!(
                code,
                "  let p{j} = min(first + {}u, {}u); let n{j} = p{j} / {area}u; let r{j} = p{j} % {area}u;\n  let y{j} = \
                 i32(r{j} / {ow}u * {sh}u) - {ph}; let x{j} = i32(r{j} % {ow}u * {sw}u) - {pw};\n  var m{j} = i32((n{j} \
                 * {channels}u + group * {depth}u) * {}u) + y{j} * {w} + x{j};",
                j * GROUP,
                pixels - 1,
                h * w
            );
            if padded_columns {
                for v in 0..kw {
                    let _ = writeln!(code, "  let in{j}_{v} = u32(x{j} + {}) < {w}u;", v * dw);
                }
            }
            for q in 0..quads {
                let zero = if fours { "vec4<f32>()" } else { "vec3<f32>()" };
                let _ = writeln!(code, "  var s{q}_{j} = {zero};");
            }
        }
        let quarter = if fours { 4 } else { 1 };
        let step = padded / quarter;
        let _ = writeln!(
            code,
            "  var weight = (group * {}u + o) / {quarter}u;\n  for (var channel = 0u; channel < {depth}u; channel++) {{",
            depth * kh * kw * padded
        );
        // Small kernels are written out; a large one loops over its rows.
        let unrolled = kh * kw <= 9;
        if !unrolled {
            let _ = writeln!(code, "  for (var u = 0; u < {kh}; u++) {{");
        }
        for u in 0..if unrolled { kh } else { 1 } {
            let (row, down) = if unrolled {
                (u.to_string(), (u * dh * w).to_string())
            } else {
                ("u".to_owned(), format!("u * {}", dh * w))
            };
            for j in 0..columns {
                if padded_rows {
                    let _ = writeln!(code, "    let ok{u}_{j} = u32(y{j} + {row} * {dh}) < {h}u;");
                }
            }
            for v in 0..kw {
                for q in 0..quads {
                    let place = if unrolled { (u * kw + v) * step + q } else { v * step + q };
                    if fours {
                        let _ = writeln!(code, "    let w{u}_{v}_{q} = t1[weight + {place}u];");
                    } else {
                        let parts = (0..3)
                            .map(|r| if r < rows { format!("t1[weight + {}u]", place + r) } else { "0.0".to_owned() });
                        let parts: Vec<_> = parts.collect();
                        let _ = writeln!(code, "    let w{u}_{v}_{q} = vec3<f32>({});", parts.join(", "));
                    }
                }
                for j in 0..columns {
                    let load = format!("t0[u32(m{j} + {down} + {})]", v * dw);
                    let mut inside = Vec::new();
                    if padded_rows {
                        inside.push(format!("ok{u}_{j}"));
                    }
                    if padded_columns {
                        inside.push(format!("in{j}_{v}"));
                    }
                    let load =
                        if inside.is_empty() { load } else { format!("select(0.0, {load}, {})", inside.join(" && ")) };
                    let _ = writeln!(code, "    let v{u}_{v}_{j} = {load};");
                    for q in 0..quads {
                        let _ = writeln!(code, "    s{q}_{j} += w{u}_{v}_{q} * v{u}_{v}_{j};");
                    }
                }
            }
        }
        if unrolled {
            let _ = writeln!(code, "    weight += {}u;", kh * kw * step);
        } else {
            let _ = writeln!(code, "    weight += {}u;\n  }}", kw * step);
        }
        for j in 0..columns {
            let _ = writeln!(code, "    m{j} += {};", h * w);
        }
        code.push_str("  }\n");
        for j in 0..columns {
            let _ = writeln!(
                code,
                "  if (first + {}u < {pixels}u) {{\n    let c0 = group * {each}u + o; let b = (n{j} * {outputs}u + c0) * \
                 {area}u + r{j};",
                j * GROUP
            );
            for r in 0..rows {
                let sum = format!("s{}_{j}[{}]", r / 4, r % 4);
                let store = format!("result[b + {}u] = epilogue(b + {}u, c0 + {r}u, {sum});", r * area, r * area);
                // Rows that only fill the last block up are not kept.
                let guarded = !each.is_multiple_of(rows);
                let line = if guarded { format!("if (o + {r}u < {each}u) {{ {store} }}") } else { store };
                let _ = writeln!(code, "    {line}");
            }
            code.push_str("  }\n");
        }
        code.push_str("}\n");
        Tile {
            label: format!("conv {batch}x{channels}x{h}x{w} to {outputs}, {kh}x{kw}"),
            operands: vec![(picture, "f32"), (weights, if fours { "vec4<f32>" } else { "f32" })],
            code,
            channel: if area == 1 { format!("(i % {outputs}u)") } else { format!("((i / {area}u) % {outputs}u)") },
            groups: tiles,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blocks_waste_little() {
        assert_eq!(block(64, &[8, 4]), 8);
        assert_eq!(block(20, &[8, 4]), 4);
        assert_eq!(block(15, &[8, 4]), 8);
    }

    #[test]
    fn a_single_row_spreads_over_its_columns() {
        assert_eq!(cut(1, 128), Cut { wide: 64, high: 1, rows: 1, columns: 2 });
        assert_eq!(cut(1024, 1024), Cut { wide: 16, high: 4, rows: 8, columns: 4 });
        assert_eq!(cut(1000, 10), Cut { wide: 16, high: 4, rows: 8, columns: 1 });
    }
}
