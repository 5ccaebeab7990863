//! Matrix products.

use std::fmt::Write as _;

use super::{GROUP, block};
use crate::graph::{BufferId, Tile};

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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_single_row_spreads_over_its_columns() {
        assert_eq!(cut(1, 128), Cut { wide: 64, high: 1, rows: 1, columns: 2 });
        assert_eq!(cut(1024, 1024), Cut { wide: 16, high: 4, rows: 8, columns: 4 });
        assert_eq!(cut(1000, 10), Cut { wide: 16, high: 4, rows: 8, columns: 1 });
    }
}
