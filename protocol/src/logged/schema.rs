//! How the API describes logged events.

use std::borrow::Cow;

use utoipa::{
    PartialSchema, ToSchema,
    openapi::{
        KnownFormat, Object, ObjectBuilder, Ref, RefOr, SchemaFormat,
        schema::{Schema, SchemaType, Type},
    },
};

use super::{FamilyEvent, Logged};

impl<E: FamilyEvent<Subject: PartialSchema> + ToSchema> PartialSchema for Logged<E> {
    fn schema() -> RefOr<Schema> {
        let fields: [(&str, RefOr<Schema>); 7] = [
            (E::SUBJECT, E::Subject::schema()),
            ("block", number(None).into()),
            ("block_hash", text().into()),
            ("log_index", number(Some("Position in the block.")).into()),
            ("tx", text().into()),
            ("at", number(Some("Time of the block, seconds since the epoch.")).into()),
            ("event", RefOr::Ref(Ref::from_schema_name(E::name()))),
        ];
        let object = ObjectBuilder::new().description(Some("An event with its place in the chain."));
        fields.into_iter().fold(object, |object, (name, field)| object.property(name, field).required(name)).into()
    }
}

impl<E: FamilyEvent<Subject: PartialSchema> + ToSchema> ToSchema for Logged<E> {
    fn name() -> Cow<'static, str> {
        "LoggedEvent".into()
    }

    fn schemas(schemas: &mut Vec<(String, RefOr<Schema>)>) {
        schemas.push((E::name().into_owned(), E::schema()));
        E::schemas(schemas);
    }
}

fn number(description: Option<&str>) -> Object {
    let number = ObjectBuilder::new().schema_type(SchemaType::Type(Type::Integer)).minimum(Some(0));
    number.format(Some(SchemaFormat::KnownFormat(KnownFormat::Int64))).description(description).build()
}

fn text() -> Object {
    Object::with_type(Type::String)
}
