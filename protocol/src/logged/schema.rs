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
            (E::SUBJECT, described(E::Subject::schema(), "What it is about, whichever contract emitted it.")),
            ("block", number("Height of the block.").into()),
            ("block_hash", text("Hash of the block, `0x` and 64 hexadecimal digits.").into()),
            ("log_index", number("Position in the block.").into()),
            ("tx", text("Hash of the transaction that emitted it.").into()),
            ("at", number("Time of the block, seconds since the epoch.").into()),
            ("event", described(RefOr::Ref(Ref::from_schema_name(E::name())), "What happened.")),
        ];
        let object = ObjectBuilder::new().description(Some("An event with its place in the chain."));
        fields.into_iter().fold(object, |object, (name, field)| object.property(name, field).required(name)).into()
    }
}

impl<E: FamilyEvent<Subject: PartialSchema> + ToSchema> ToSchema for Logged<E> {
    fn name() -> Cow<'static, str> {
        // Families call theirs differently here.
        format!("Logged{}", E::name()).into()
    }

    fn schemas(schemas: &mut Vec<(String, RefOr<Schema>)>) {
        schemas.push((E::name().into_owned(), E::schema()));
        E::schemas(schemas);
    }
}

fn number(description: &str) -> Object {
    let number = ObjectBuilder::new().schema_type(SchemaType::Type(Type::Integer)).minimum(Some(0));
    number.format(Some(SchemaFormat::KnownFormat(KnownFormat::Int64))).description(Some(description)).build()
}

fn text(description: &str) -> Object {
    ObjectBuilder::new().schema_type(SchemaType::Type(Type::String)).description(Some(description)).build()
}

fn described(schema: RefOr<Schema>, description: &str) -> RefOr<Schema> {
    match schema {
        RefOr::T(Schema::Object(mut object)) => {
            object.description.get_or_insert_with(|| description.to_owned());
            object.into()
        }
        RefOr::Ref(mut named) => {
            named.description = description.to_owned();
            named.into()
        }
        other => other,
    }
}
