//! Values as buffers or as expressions that are not computed yet.
//!
//! An elementwise operator makes a [`Point`]: WGSL that tells the element at position `i` from elements of other values.
//! It becomes a kernel only when somebody needs its buffer, so that chains of such operators become one kernel, and
//! those after a matrix product or a convolution (a [`Tile`]) become its last lines.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::rc::Rc;

use crate::GpuError;
use crate::device::buffer::bytes_for;
use crate::device::{Bounds, GROUPS};

/// A buffer of the plan, by its place in [`Graph::buffers`].
pub(crate) type BufferId = usize;

/// How elements lie in memory: integers and truth values are 32 bits with a sign.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Scalar {
    Float,
    Int,
}

impl Scalar {
    pub(crate) fn wgsl(self) -> &'static str {
        match self {
            Self::Float => "f32",
            Self::Int => "i32",
        }
    }
}

/// Where elements come from.
#[derive(Debug, Clone)]
pub(crate) enum Source {
    Buffer(BufferId),
    /// One value for every position, as WGSL.
    Literal(String),
    Point(Rc<Point>),
    Tile(Rc<Tile>),
}

/// A value: its elements in row-major order.
#[derive(Debug, Clone)]
pub(crate) struct Value {
    pub(crate) scalar: Scalar,
    pub(crate) count: usize,
    pub(crate) source: Source,
}

/// An element told from others.
#[derive(Debug)]
pub(crate) struct Point {
    /// Statements that end in `return`; `$0(p)` is the element at position `p` of the first operand.
    pub(crate) body: String,
    pub(crate) operands: Vec<(Scalar, Source)>,
    /// It loops: it is computed once per element and never inside of another loop.
    pub(crate) heavy: bool,
}

/// A kernel that makes several elements per invocation, and calls `epilogue(i, c, sum)` for each.
#[derive(Debug)]
pub(crate) struct Tile {
    pub(crate) label: String,
    /// What it reads, with the type of the elements in WGSL; `t0`, `t1`, ... in its code.
    pub(crate) operands: Vec<(BufferId, &'static str)>,
    /// From `@compute` on; it writes `result[i] = epilogue(i, c, sum);`.
    pub(crate) code: String,
    /// The expression of `i` that `c` is equal to.
    pub(crate) channel: String,
    pub(crate) groups: usize,
}

/// A kernel with its buffers.
#[derive(Debug)]
pub(crate) struct Kernel {
    pub(crate) label: String,
    pub(crate) wgsl: String,
    /// The last `writes` are written.
    pub(crate) buffers: Vec<BufferId>,
    pub(crate) writes: usize,
    pub(crate) groups: (u32, u32),
}

/// What a buffer of a plan is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Role {
    /// Made and read by kernels; memory is shared with others of its kind.
    Between,
    /// Given at each run.
    Input,
    /// The constant with this key.
    Constant(String),
}

#[derive(Debug)]
pub(crate) struct BufferPlan {
    pub(crate) role: Role,
    pub(crate) bytes: u64,
}

/// Kernels in order, and the buffers they use.
#[derive(Debug)]
pub(crate) struct Graph {
    pub(crate) bounds: Bounds,
    pub(crate) buffers: Vec<BufferPlan>,
    pub(crate) kernels: Vec<Kernel>,
}

/// Invocations of a workgroup of pointwise kernels.
pub(crate) const GROUP: usize = 64;

/// Workgroups in two dimensions; a kernel numbers them `w.x + w.y * <width>u`.
pub(crate) fn spread(groups: usize) -> (u32, u32) {
    let groups = groups.max(1);
    if groups <= GROUPS {
        return (groups as u32, 1);
    }
    let rows = groups.div_ceil(GROUPS);
    (groups.div_ceil(rows) as u32, rows as u32)
}

/// A float as WGSL; `None` where WGSL has no word for it.
pub(crate) fn float(value: f32) -> Option<String> {
    value.is_finite().then(|| format!("{value:?}f"))
}

/// An integer as WGSL.
pub(crate) fn int(value: i32) -> String {
    // The lowest number cannot be written as the negation of a literal.
    if value == i32::MIN { "(-2147483647i - 1i)".into() } else { format!("{value}i") }
}

impl Source {
    fn tile(&self) -> Option<&Rc<Tile>> {
        match self {
            Self::Tile(tile) => Some(tile),
            Self::Point(point) => point.operands.iter().find_map(|(_, s)| s.tile()),
            _ => None,
        }
    }

    fn heavy(&self) -> bool {
        match self {
            Self::Point(point) => point.heavy || point.operands.iter().any(|(_, s)| s.heavy()),
            Self::Tile(_) => true,
            _ => false,
        }
    }

    fn buffers(&self, found: &mut BTreeSet<BufferId>) {
        match self {
            Self::Buffer(id) => {
                found.insert(*id);
            }
            Self::Literal(_) => {}
            Self::Point(point) => point.operands.iter().for_each(|(_, s)| s.buffers(found)),
            Self::Tile(tile) => found.extend(tile.operands.iter().map(|(id, _)| *id)),
        }
    }

    fn depth(&self) -> usize {
        match self {
            Self::Point(point) => 1 + point.operands.iter().map(|(_, s)| s.depth()).sum::<usize>(),
            _ => 0,
        }
    }
}

/// How an operator reads an operand; decides what may be computed while reading.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Reading {
    /// The element at its own position, once.
    Same,
    /// Every element at most once, at another position.
    Moved,
    /// Elements several times.
    Often,
}

impl Graph {
    pub(crate) fn new(bounds: Bounds) -> Self {
        Self { bounds, buffers: Vec::new(), kernels: Vec::new() }
    }

    /// # Errors
    /// [`GpuError::OutOfMemory`] where one buffer cannot be that large.
    pub(crate) fn buffer(&mut self, role: Role, elements: usize) -> Result<BufferId, GpuError> {
        let bytes = bytes_for(elements);
        if bytes > self.bounds.binding {
            let most = self.bounds.binding;
            let why = format!("a value of {bytes} bytes is needed, and one may have at most {most}");
            return Err(GpuError::OutOfMemory { why });
        }
        self.buffers.push(BufferPlan { role, bytes });
        Ok(self.buffers.len() - 1)
    }

    /// A value ready to be read by a new operator; whatever may not be computed while reading is computed now.
    pub(crate) fn ready(&mut self, value: &Value, reading: Reading) -> Result<Source, GpuError> {
        let keep = match (&value.source, reading) {
            (Source::Buffer(_) | Source::Literal(_), _) => true,
            (source, Reading::Same) => source.depth() < 24,
            (source, Reading::Moved) => !source.heavy() && source.depth() < 24,
            (_, Reading::Often) => false,
        };
        if keep { Ok(value.source.clone()) } else { self.compute(value).map(Source::Buffer) }
    }

    /// An elementwise value from operands that are ready. Where they would need too many buffers, or two tiles, some are
    /// computed first.
    pub(crate) fn point(
        &mut self,
        scalar: Scalar,
        count: usize,
        mut operands: Vec<Value>,
        body: String,
        heavy: bool,
    ) -> Result<Value, GpuError> {
        if count == 0 {
            return Ok(Value { scalar, count, source: Source::Literal(format!("{}(0)", scalar.wgsl())) });
        }
        let mut tiles = 0;
        for operand in &mut operands {
            if operand.source.tile().is_some() {
                tiles += 1;
                // A loop or a second sum in the same kernel would not be one element per invocation any more.
                if tiles > 1 || heavy {
                    let id = self.compute(operand)?;
                    operand.source = Source::Buffer(id);
                }
            }
        }
        // One place is for what comes out.
        while count_buffers(&operands) + 1 > self.bounds.buffers {
            let most = operands.iter_mut().filter(|o| matches!(o.source, Source::Point(_) | Source::Tile(_)));
            let Some(most) = most.max_by_key(|o| count_buffers(std::slice::from_ref(o))) else {
                let why = "one operator reads more buffers than a kernel may".into();
                return Err(GpuError::Refused { why });
            };
            let id = self.compute(most)?;
            most.source = Source::Buffer(id);
        }
        let operands = operands.into_iter().map(|o| (o.scalar, o.source)).collect();
        let source = Source::Point(Rc::new(Point { body, operands, heavy }));
        Ok(Value { scalar, count, source })
    }

    /// The buffer with the elements of a value.
    ///
    /// # Errors
    /// [`GpuError::OutOfMemory`]
    pub(crate) fn compute(&mut self, value: &Value) -> Result<BufferId, GpuError> {
        if let Source::Buffer(id) = value.source {
            return Ok(id);
        }
        let result = self.buffer(Role::Between, value.count)?;
        if value.count == 0 {
            return Ok(result);
        }
        let mut writer = Writer::default();
        let kernel = match value.source.tile().cloned() {
            Some(tile) => writer.tile(&tile, value, result),
            None => writer.points(value, result),
        };
        self.kernels.push(kernel);
        Ok(result)
    }
}

fn count_buffers(operands: &[Value]) -> usize {
    let mut found = BTreeSet::new();
    operands.iter().for_each(|o| o.source.buffers(&mut found));
    found.len()
}

/// Writes the WGSL of one kernel.
#[derive(Default)]
struct Writer {
    functions: String,
    count: usize,
    /// Buffers read as scalars: binding by buffer and type.
    bound: Vec<(BufferId, String)>,
    known: BTreeMap<(BufferId, &'static str), String>,
}

impl Writer {
    fn points(&mut self, value: &Value, result: BufferId) -> Kernel {
        let root = self.function(&value.source, value.scalar, None);
        let groups = spread(value.count.div_ceil(GROUP));
        let row = groups.0 as usize * GROUP;
        let main = format!(
            "@compute @workgroup_size({GROUP})\nfn main(@builtin(global_invocation_id) g: vec3<u32>) {{\n  let i = g.x \
             + g.y * {row}u;\n  if (i >= {}u) {{ return; }}\n  result[i] = {root}(i);\n}}\n",
            value.count
        );
        self.kernel("elements", main, value.scalar, result, groups)
    }

    fn tile(&mut self, tile: &Tile, value: &Value, result: BufferId) -> Kernel {
        for (place, (id, element)) in tile.operands.iter().enumerate() {
            self.bound.push((*id, format!("t{place}: array<{element}>")));
        }
        let root = self.function(&value.source, value.scalar, Some(tile));
        let last = if matches!(value.source, Source::Tile(_)) { "sum".into() } else { format!("{root}(i, c, sum)") };
        let scalar = value.scalar.wgsl();
        let _ = writeln!(self.functions, "fn epilogue(i: u32, c: u32, sum: f32) -> {scalar} {{ return {last}; }}");
        let groups = spread(tile.groups);
        let code = tile.code.replace("@WIDTH@", &groups.0.to_string());
        self.kernel(&tile.label, code, value.scalar, result, groups)
    }

    fn kernel(&mut self, label: &str, main: String, scalar: Scalar, result: BufferId, groups: (u32, u32)) -> Kernel {
        let mut wgsl = String::new();
        for (binding, (_, declared)) in self.bound.iter().enumerate() {
            let _ = writeln!(wgsl, "@group(0) @binding({binding}) var<storage, read> {declared};");
        }
        let binding = self.bound.len();
        let element = scalar.wgsl();
        let _ = writeln!(wgsl, "@group(0) @binding({binding}) var<storage, read_write> result: array<{element}>;");
        let body = format!("{}{main}", self.functions);
        wgsl.push_str(&crate::prelude::prelude(&body));
        wgsl.push_str(&body);
        let mut buffers: Vec<BufferId> = self.bound.iter().map(|(id, _)| *id).collect();
        buffers.push(result);
        Kernel { label: label.to_owned(), wgsl, buffers, writes: 1, groups }
    }

    /// The name of a function that tells elements of a source.
    fn function(&mut self, source: &Source, scalar: Scalar, tile: Option<&Tile>) -> String {
        let element = scalar.wgsl();
        match source {
            Source::Buffer(id) => {
                let key = (*id, element);
                if let Some(known) = self.known.get(&key) {
                    return known.clone();
                }
                let place = self.bound.len();
                self.bound.push((*id, format!("b{place}: array<{element}>")));
                let name = self.name();
                let _ = writeln!(self.functions, "fn {name}(i: u32) -> {element} {{ return b{place}[i]; }}");
                self.known.insert(key, name.clone());
                name
            }
            Source::Literal(text) => {
                let name = self.name();
                let _ = writeln!(self.functions, "fn {name}(i: u32) -> {element} {{ return {text}; }}");
                name
            }
            // The caller reads the sum itself.
            Source::Tile(_) => "sum".into(),
            Source::Point(point) => {
                let mut body = point.body.clone();
                let fused = source.tile().is_some();
                for (place, (scalar, operand)) in point.operands.iter().enumerate() {
                    let name = self.function(operand, *scalar, tile);
                    let call = format!("${place}(");
                    if matches!(operand, Source::Tile(_)) {
                        body = body.replace(&format!("${place}(i)"), "sum");
                    } else if operand.tile().is_some() {
                        body = body.replace(&format!("${place}(i)"), &format!("{name}(i, c, sum)"));
                    } else {
                        body = body.replace(&call, &format!("{name}("));
                    }
                }
                let name = self.name();
                let arguments = if fused { "i: u32, c: u32, sum: f32" } else { "i: u32" };
                if fused && let Some(tile) = tile {
                    body = body.replace(&tile.channel, "c");
                }
                let _ = writeln!(self.functions, "fn {name}({arguments}) -> {element} {{\n  {body}\n}}");
                name
            }
        }
    }

    fn name(&mut self) -> String {
        self.count += 1;
        format!("value{}", self.count)
    }
}
