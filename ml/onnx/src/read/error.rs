//! Why a file is not a model that can be run here.

/// Why a file is not a model that can be run here; each names the node or value and the next step.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ReadError {
    #[error("The file is {bytes} bytes; models here have at most {limit}. Export a smaller one.")]
    TooLarge { bytes: u64, limit: u64 },
    #[error("This is not a whole ONNX file: {cause}. Check that it is an .onnx file and was not cut off on the way.")]
    NotOnnx { cause: String },
    #[error("This is {what}, which is no ONNX file. {next_step}")]
    OtherFormat { what: &'static str, next_step: String },
    #[error("The file has more than {limit} {what}; models here have at most that many. Export a smaller one.")]
    TooMany { what: &'static str, limit: u64 },
    #[error(
        "Read into memory the model would take more than {limit} bytes, which is the most given to one. Export a \
         smaller one."
    )]
    TooMuchMemory { limit: u64 },
    #[error("The file nests its types more than {limit} deep, which no exporter does. Export the model again.")]
    TooDeep { limit: usize },
    #[error(
        "The file nests graphs in graphs more than {limit} deep. Export the model with fewer branches and loops inside \
         each other."
    )]
    GraphsTooDeep { limit: usize },
    #[error("A name in the file is {bytes} bytes long; names here have at most {limit}. Export it with shorter names.")]
    LongName { bytes: u64, limit: u64 },
    #[error("The file holds no graph, so there is nothing to run. Export the model again.")]
    NoGraph,
    #[error("The model has no output, so running it would tell nothing. Export it with its outputs named.")]
    NoOutput,

    #[error(
        "The file uses version {opset} of {domain}; versions {first} to {last} run here. Export it with an opset among \
         those."
    )]
    Opset { domain: &'static str, opset: i64, first: i64, last: i64 },
    #[error(
        "The file does not say which version of {domain} node \"{node}\" ({operator}) is of. Export the model again."
    )]
    OpsetMissing { domain: &'static str, node: String, operator: String },
    #[error(
        "Node \"{node}\" is a {operator} of the operator set \"{domain}\", which does not run here. If an optimiser wrote \
         it, choose the model as it was before; otherwise export it with standard operators."
    )]
    Domain { node: String, operator: String, domain: String },
    #[error(
        "Node \"{node}\" is the operator {operator} ({domain}), which does not run here. Export the model with other \
         operators."
    )]
    Operator { node: String, operator: String, domain: &'static str },
    #[error(
        "Node \"{node}\" is {operator} as of version {opset} of {domain}; it runs here from version {first} to {last}. \
         Export the model with an opset among those."
    )]
    OperatorVersion { node: String, operator: String, domain: &'static str, opset: i64, first: i64, last: i64 },
    #[error(
        "Node \"{node}\" is {operator}, which holds graphs of its own that do not run here; those of If, Loop and Scan do. \
         Export the model with such steps written out."
    )]
    ControlFlow { node: String, operator: String },
    #[error("Node \"{node}\" is {operator} without its graph \"{attribute}\". Export the model again.")]
    GraphMissing { node: String, operator: String, attribute: &'static str },
    #[error(
        "Node \"{node}\" ({operator}) gives {given} values to its graph, which takes {wanted}. Export the model again."
    )]
    GraphInputs { node: String, operator: String, given: usize, wanted: usize },
    #[error(
        "Node \"{node}\" calls the function {operator} of the file, {why}. Export the model with its functions written out \
         (onnx.inliner.inline_local_functions)."
    )]
    Function { node: String, operator: String, why: &'static str },
    #[error(
        "Node \"{node}\" is a {operator} as in training, which does not run here. Export the model for inference \
         (PyTorch: model.eval())."
    )]
    Training { node: String, operator: String },
    #[error("Node \"{node}\" ({operator}) has {found} inputs; {least} to {most} make sense. Export the model again.")]
    Inputs { node: String, operator: String, found: usize, least: usize, most: usize },
    #[error(
        "Node \"{node}\" ({operator}) leaves out its input {position}, which it cannot do without. Export the model \
         again."
    )]
    InputLeftOut { node: String, operator: String, position: usize },
    #[error("Node \"{node}\" ({operator}) has {found} outputs; {least} to {most} make sense. Export the model again.")]
    Outputs { node: String, operator: String, found: usize, least: usize, most: usize },

    #[error(
        "Attribute \"{attribute}\" of node \"{node}\" ({operator}) is {found}, but should be {wanted}. Export the \
         model again."
    )]
    AttributeType { node: String, operator: String, attribute: String, wanted: &'static str, found: String },
    #[error("Node \"{node}\" ({operator}) has the attribute \"{attribute}\" twice. Export the model again.")]
    AttributeTwice { node: String, operator: String, attribute: String },
    #[error("Node \"{node}\" is a Constant that holds no value that is known here. Export the model again.")]
    ConstantWithoutValue { node: String },
    #[error(
        "Node \"{node}\" ({operator}) turns values into {found}, which models here cannot hold. Export the model in \
         float32."
    )]
    CastTo { node: String, operator: String, found: String },

    #[error("An initialiser of the model has no name, so no node can use it. Export the model again.")]
    NamelessInitialiser,
    #[error("{place} holds {found} elements, which models here cannot. Export the model in float32.")]
    ElementType { place: String, found: String },
    #[error(
        "{place} keeps its numbers in another file ({location}). Choose the model and that file where you run your own \
         model, which joins them; or save it into one file: onnx.save(onnx.load('model.onnx'), 'whole.onnx')."
    )]
    External { place: String, location: String },
    #[error("{place} is stored in segments, which are not read. Export the model again.")]
    Segmented { place: String },
    #[error("{place} is a sparse tensor, which models here cannot hold. Export the model with dense weights.")]
    Sparse { place: String },
    #[error("{place} has {rank} dimensions; tensors here have at most {limit}. Export the model with flatter tensors.")]
    Rank { place: String, rank: usize, limit: usize },
    #[error("{place} has a dimension of {length}, which is no length. Export the model again.")]
    Dimension { place: String, length: i64 },
    #[error(
        "{place} has shape {shape}, more than the {limit} elements that a model here may have in its constants. Export \
         a smaller one."
    )]
    Elements { place: String, shape: String, limit: u64 },
    #[error("{place} has shape {shape}, {wanted} elements, but the file holds {found}. Export the model again.")]
    DataLength { place: String, shape: String, wanted: u64, found: u64 },
    #[error("{place} holds the number {value}, which its elements ({element}) cannot be. Export the model again.")]
    OutOfRange { place: String, value: i64, element: &'static str },
    #[error("{place} holds text that is not UTF-8. Export the model again.")]
    NotUtf8 { place: String },
    #[error(
        "{place} holds {value} at position {position}: whatever the model is given, what depends on it would be no \
         number. The training went wrong; train it again, with a smaller step."
    )]
    NotFinite { place: String, value: &'static str, position: usize },

    #[error(
        "The {what} \"{name}\" is neither a tensor nor the scores of a ZipMap. Export the model with tensors (skl2onnx: \
         zipmap=False)."
    )]
    NotATensor { what: &'static str, name: String },
    #[error("The {what} \"{name}\" holds {found} elements, which models here cannot. Export the model in float32.")]
    PortType { what: &'static str, name: String, found: String },
    #[error("The {what} \"{name}\" has a dimension of {length}, which is no length. Export the model again.")]
    PortDimension { what: &'static str, name: String, length: i64 },
    #[error("The {what} \"{name}\" has {rank} dimensions; tensors here have at most {limit}.")]
    PortRank { what: &'static str, name: String, rank: usize, limit: usize },
    #[error("An {what} of the model has no name. Export the model again.")]
    PortNameless { what: &'static str },
    #[error("Two {what}s of the model are called \"{name}\". Export the model again.")]
    PortTwice { what: &'static str, name: String },

    #[error("Node \"{node}\" gives the value \"{value}\", which {other} gives already. Export the model again.")]
    ValueTwice { node: String, value: String, other: String },
    #[error("Two initialisers are called \"{name}\". Export the model again.")]
    InitialiserTwice { name: String },
    #[error(
        "Node \"{node}\" ({operator}) needs the value \"{value}\", but no input, initialiser or node of the file gives \
         it. Export the model again."
    )]
    MissingValue { node: String, operator: String, value: String },
    #[error("No node gives the output \"{output}\". Export the model again.")]
    MissingOutput { output: String },
    #[error(
        "Node \"{node}\" ({operator}) needs its own result: it lies on a cycle, so the model can never be run. Export \
         the model again."
    )]
    Cycle { node: String, operator: String },
}
