//! Builds a model node by node.

use ml_onnx::{Attribute, Data, Dim, Domain, ElementType, Model, Node, Port, Tensor, keyed};

use crate::{error::TrainError, table::prepare::Preparation};

/// The name of rows in every shape.
const ROWS: &str = "N";

/// A model under construction.
pub struct Graph {
    model: Model,
}

impl Graph {
    pub fn new(name: &str) -> Self {
        let model = Model {
            ir_version: 8,
            opset: 17,
            ml_opset: 3,
            producer: "modelmarket".into(),
            name: name.into(),
            ..Model::default()
        };
        Self { model }
    }

    pub fn finish(self) -> Model {
        self.model
    }

    /// Adds a node with one output, and yields the output's name.
    pub fn node(
        &mut self,
        domain: Domain,
        operator: &str,
        inputs: &[&str],
        output: &str,
        attributes: Vec<(&str, Attribute)>,
    ) -> String {
        self.node_of(domain, operator, inputs, &[output], attributes);
        output.to_owned()
    }

    pub fn node_of(
        &mut self,
        domain: Domain,
        operator: &str,
        inputs: &[&str],
        outputs: &[&str],
        attributes: Vec<(&str, Attribute)>,
    ) {
        let attributes = keyed::map(attributes.into_iter().map(|(name, value)| (name.to_owned(), value)));
        self.model.nodes.push(Node {
            name: format!("{operator}_{}", self.model.nodes.len()),
            domain,
            operator: operator.to_owned(),
            inputs: inputs.iter().map(|name| (*name).to_owned()).collect(),
            outputs: outputs.iter().map(|name| (*name).to_owned()).collect(),
            attributes,
        });
    }

    pub fn constant(&mut self, name: &str, shape: &[usize], data: Data) -> Result<String, TrainError> {
        let tensor =
            Tensor::new(shape.to_vec(), data).map_err(|error| TrainError::Export { why: error.to_string() })?;
        self.model.constants.insert(name.to_owned(), tensor);
        Ok(name.to_owned())
    }

    pub fn input(&mut self, name: &str, element: ElementType, width: usize) {
        let dims = Some(vec![Dim::Named(ROWS.into()), Dim::Known(width)]);
        self.model.inputs.push(Port { name: name.into(), element, dims });
    }

    /// The two outputs of a classifier.
    pub fn outputs(&mut self, label: &str, probabilities: &str, classes: usize) {
        let rows = Dim::Named(ROWS.into());
        self.model.outputs = vec![
            Port { name: label.into(), element: ElementType::String, dims: Some(vec![rows.clone()]) },
            Port { name: probabilities.into(), element: ElementType::F32, dims: Some(vec![rows, Dim::Known(classes)]) },
        ];
    }

    /// An input for each column, in the order of the table.
    fn columns(&mut self, preparation: &Preparation) {
        let mut inputs: Vec<(usize, &str, ElementType)> = Vec::new();
        inputs.extend(preparation.numbers.iter().map(|n| (n.column, n.name.as_str(), ElementType::F32)));
        inputs.extend(preparation.texts.iter().map(|t| (t.column, t.name.as_str(), ElementType::String)));
        inputs.sort_by_key(|input| input.0);
        for (_, name, element) in inputs {
            self.input(name, element, 1);
        }
    }

    /// The columns as one matrix of features; numbers pass through `numbers` on the way, which is given their name.
    pub fn features(
        &mut self,
        preparation: &Preparation,
        numbers: impl FnOnce(&mut Self, String) -> Result<String, TrainError>,
    ) -> Result<String, TrainError> {
        let count = preparation.numbers.len();
        if preparation.texts.is_empty() {
            self.input("features", ElementType::F32, count);
            return numbers(self, "features".into());
        }
        self.columns(preparation);
        let mut parts = Vec::new();
        if count > 0 {
            let names: Vec<&str> = preparation.numbers.iter().map(|number| number.name.as_str()).collect();
            let all = self.free("numbers", preparation);
            let all = self.node(Domain::Onnx, "Concat", &names, &all, vec![("axis", Attribute::Int(1))]);
            parts.push(numbers(self, all)?);
        }
        for (at, text) in preparation.texts.iter().enumerate() {
            let width = text.categories.len();
            let categories = text.categories.iter().map(|category| category.as_bytes().to_vec()).collect();
            let attributes = vec![("cats_strings", Attribute::Texts(categories)), ("zeros", Attribute::Int(1))];
            let encoded = self.free(&format!("encoded_{at}"), preparation);
            let encoded = self.node(Domain::Ml, "OneHotEncoder", &[&text.name], &encoded, attributes);
            let shape = self.free(&format!("shape_{at}"), preparation);
            let shape = self.constant(&shape, &[2], Data::I64(vec![-1, width as i64]))?;
            let flat = self.free(&format!("category_{at}"), preparation);
            parts.push(self.node(Domain::Onnx, "Reshape", &[&encoded, &shape], &flat, Vec::new()));
        }
        let parts: Vec<&str> = parts.iter().map(String::as_str).collect();
        let all = self.free("prepared", preparation);
        Ok(self.node(Domain::Onnx, "Concat", &parts, &all, vec![("axis", Attribute::Int(1))]))
    }

    /// A name that no input has.
    pub fn free(&self, name: &str, preparation: &Preparation) -> String {
        let mut name = name.to_owned();
        if preparation.texts.is_empty() {
            return name;
        }
        let taken = |name: &str| {
            preparation.numbers.iter().any(|number| number.name == name)
                || preparation.texts.iter().any(|text| text.name == name)
        };
        while taken(&name) {
            name.push('_');
        }
        name
    }
}
