//! What is looked at before anything is signed: the file of a task, and an owner's table.

#![allow(clippy::unwrap_used, clippy::panic)]

#[cfg(not(target_arch = "wasm32"))]
mod native {
    use mpc::Seat;
    use mpc_run::{Spec, SpecError, Table, preflight, spec::Aligned};
    use serde_json::{Value, json};

    fn spec() -> Value {
        json!({
            "version": 1,
            "owners": [{"columns": ["age", "height"]}, {"columns": ["weight"]}],
            "rows": {"common": {"keys": ["id", "id"], "declared": [100, 100]}},
            "work": {"train": {"label": {"owner": 1, "column": "target"}, "receiver": 2}},
        })
    }

    /// The task with something at a place.
    fn with(place: &str, value: Value) -> Vec<u8> {
        let mut spec = spec();
        match spec.pointer_mut(place) {
            Some(there) => *there = value,
            None => {
                let (parent, name) = place.rsplit_once('/').unwrap();
                spec.pointer_mut(parent).unwrap()[name] = value;
            }
        }
        serde_json::to_vec(&spec).unwrap()
    }

    fn problems(place: &str, value: Value) -> Vec<String> {
        Spec::parse(&with(place, value)).unwrap().problems().iter().map(ToString::to_string).collect()
    }

    #[test]
    fn a_task_has_defaults_and_the_hash_of_its_bytes() {
        let bytes = serde_json::to_vec(&spec()).unwrap();
        let (read, hash) = Spec::read(&bytes).unwrap();
        assert_eq!(hash, protocol::Digest::of(&bytes));
        assert_eq!((read.seats(), read.signers(), read.helper()), (4, 3, Some(3)));
        let again = Spec::read(&read.to_bytes()).unwrap();
        assert_eq!(again.0, read);
        assert_ne!(again.1, hash, "other bytes are another task");
    }

    #[test]
    fn what_is_not_known_is_refused() {
        for place in ["/more", "/owners/0/more", "/rows/common/more", "/work/train/more", "/work/train/label/more"] {
            let refused = Spec::read(&with(place, json!(1)));
            assert!(
                matches!(&refused, Err(SpecError::Unreadable { why }) if why.contains("more")),
                "{place}: {refused:?}"
            );
        }
        let large = with("/relays", json!(["https://a".repeat(10_000)]));
        assert!(matches!(Spec::read(&large), Err(SpecError::TooLarge { .. })));
        let reveals = with("/work/train/reveals", json!({"own_coefficents": true}));
        assert!(Spec::read(&reveals).is_err(), "a mistyped tick is not taken for none");
    }

    /// A training that tells standard errors.
    fn with_errors(ridge: f64) -> Value {
        let reveals = json!({"own_coefficients": true, "standard_errors": true});
        json!({"label": {"owner": 1, "column": "target"}, "receiver": 2, "ridge": ridge, "reveals": reveals})
    }

    #[test]
    fn every_rule_of_a_task_has_its_sentence() {
        let long = "x".repeat(128);
        for (place, value, sentence) in [
            ("/version", json!(2), "version 2"),
            ("/owners/1/columns", json!(["Age "]), "Both owners bring a column called age"),
            ("/owners/0/columns", json!(["age", "age"]), "named twice"),
            ("/owners/0/columns", json!([long]), "a name of 128 characters"),
            ("/owners/1/columns", json!(["target"]), "is the label"),
            ("/owners/0/columns", json!(["id"]), "is the key"),
            ("/owners/0/columns", json!([]), "without the label brings no features"),
            ("/rows/common/declared", json!([0, 10]), "declares 0"),
            ("/rows/common/declared", json!([20, 1000]), "needs at least 30 rows"),
            ("/rows", json!({"given": {"count": 0}}), "at least one row"),
            ("/work/train/receiver", json!(3), "The receiver has a seat"),
            ("/work/train/label/owner", json!(2), "The owner of the label"),
            ("/work/train/winsorise", json!(0.5), "below 0.5"),
            ("/work/train/metrics", json!(["rmse", "rmse"]), "A metric is named twice"),
            ("/work/train/metrics", json!([]), "tells nobody anything"),
            ("/work/train/evaluation", json!({"folds": 1}), "at least 2 parts"),
            ("/work/train/evaluation", json!({"share": {"percent": 0}}), "From 1 to 90 of a hundred rows"),
            ("/work/train/evaluation", json!({"share": {"percent": 91}}), "From 1 to 90 of a hundred rows"),
            ("/work/train/digits", json!(31), "from 1 to 30 bits"),
            ("/work/train", with_errors(1.0), "would be wrong for a model with ridge"),
            ("/work/train", with_errors(0.0), ""),
            ("/work", json!({"intersect": {}}), ""),
            ("/work", json!({"predict": {"model": "on_chain", "receiver": 2}}), ""),
            ("/work", json!({"predict": {"model": "on_chain", "receiver": 2, "digits": 31}}), "from 1 to 30 bits"),
            ("/relays", json!(["ftp://a"]), "no address of a relay"),
            ("/helpers", json!(vec!["0x0000000000000000000000000000000000000001"; 17]), "17 helpers"),
        ] {
            let found = problems(place, value.clone());
            if sentence.is_empty() {
                assert!(found.is_empty(), "{found:?}");
            } else {
                assert!(found.iter().any(|problem| problem.contains(sentence)), "{place} {value}: {found:?}");
            }
        }
    }

    /// 40 rows of two columns that have nothing to do with each other.
    fn table(change: impl Fn(usize, &str) -> String) -> Table {
        table_of(&["age", "height"], 40, change)
    }

    /// The same with so many rows, and with columns of which `change` says each cell.
    fn table_of(columns: &[&str], rows: usize, change: impl Fn(usize, &str) -> String) -> Table {
        let cell = |row: usize, name: &str| match (change(row, name), name) {
            (changed, _) if !changed.is_empty() => changed,
            (_, "id") => format!("n{row}"),
            (_, "age") => format!("{}", row % 7),
            (_, "height") => format!("{}", row * row % 11),
            _ => String::new(),
        };
        let names: Vec<&str> = ["id"].iter().chain(columns).copied().collect();
        let row = |row: usize| names.iter().map(|name| cell(row, name)).collect::<Vec<_>>().join(",");
        let text = format!("{}\n{}\n", names.join(","), (0..rows).map(row).collect::<Vec<_>>().join("\n"));
        Table::read(text.as_bytes()).unwrap()
    }

    fn found(spec: &[u8], table: &Table) -> Vec<String> {
        let report = preflight(&Spec::parse(spec).unwrap(), Seat::First, table);
        assert_eq!(report.is_fit(), report.findings.is_empty());
        report.findings.iter().map(ToString::to_string).collect()
    }

    #[test]
    fn a_table_that_is_fit_has_no_findings() {
        assert_eq!(found(&serde_json::to_vec(&spec()).unwrap(), &table(|_, _| String::new())), [""; 0]);
    }

    #[test]
    fn every_rule_of_a_table_has_its_sentence_and_all_stand_in_one_report() {
        let good = serde_json::to_vec(&spec()).unwrap();
        let at = |wanted: usize, name: &'static str, cell: &'static str| {
            move |row: usize, column: &str| if row == wanted && column == name { cell.into() } else { String::new() }
        };
        for (table, sentence) in [
            (table(at(3, "id", "N2")), "Rows 3 and 4 have the same id, spelled in two ways"),
            (table(at(3, "id", " ")), "Row 4 has no id"),
            (table(at(5, "age", "old")), "Row 6 of column age is not a finite number"),
            (table(|_, name| if name == "age" { "7".into() } else { String::new() }), "Column age has the same value"),
            (
                table(|row, name| if name == "height" { format!("{}", 3 * (row % 7) + 1) } else { String::new() }),
                "Column height says nothing that the columns before it do not say",
            ),
        ] {
            let found = found(&good, &table);
            assert!(found.len() == 1 && found[0].contains(sentence), "{sentence}: {found:?}");
        }
        let bad = table(|row, name| match (row, name) {
            (3, "id") => "n2".into(),
            (5, "age") => "old".into(),
            (_, "height") => "1".into(),
            _ => String::new(),
        });
        assert_eq!(found(&with("/version", json!(2)), &bad).len(), 4);
        assert_eq!(found(&with("/rows/common/declared", json!([39, 100])), &table(|_, _| String::new())).len(), 1);
    }

    #[test]
    fn fewer_rows_than_the_model_needs_are_found_though_the_task_declares_more() {
        // Four columns need 40 rows, five need 50: the lists are padded to 100.
        let columns = |count: usize| json!((0..count).map(|at| format!("other {at}")).collect::<Vec<_>>());
        let mut wide = spec();
        wide["rows"]["common"]["declared"] = json!([100, 100]);
        for (others, sentence) in [(2, None), (3, Some("needs at least 50 rows to be fitted to, and there are 40"))] {
            wide["owners"][1]["columns"] = columns(others);
            let found_here = found(&serde_json::to_vec(&wide).unwrap(), &table(|_, _| String::new()));
            assert_eq!(found_here.len(), usize::from(sentence.is_some()), "{found_here:?}");
            assert!(sentence.is_none_or(|sentence| found_here[0].contains(sentence)), "{found_here:?}");
        }
    }

    /// The task on rows that are given, or on common ones where `given` is 0.
    fn task(columns: &[&str], given: usize, winsorise: f64) -> Vec<u8> {
        let mut spec = spec();
        spec["owners"][0]["columns"] = json!(columns);
        spec["work"]["train"]["winsorise"] = json!(winsorise);
        if given > 0 {
            spec["rows"] = json!({"given": {"count": given}});
        }
        serde_json::to_vec(&spec).unwrap()
    }

    #[test]
    fn given_rows_are_looked_at_as_they_go_into_the_run_and_of_common_ones_what_holds_whichever_they_are() {
        let two = ["age", "height"];
        // One row of 40 is among the 3 % that are moved, one of 30 is not. Which 30 are common nobody knows yet.
        let extreme = |rows: usize| {
            table_of(&two, rows, |row, name| match (row, name) {
                (3, "age") => "90".into(),
                (_, "age") => "7".into(),
                _ => String::new(),
            })
        };
        assert_eq!(found(&task(&two, 40, 0.0), &extreme(40)), [""; 0]);
        let same = found(&task(&two, 40, 0.03), &extreme(40));
        assert!(same.len() == 1 && same[0].contains("Column age has the same value"), "{same:?}");
        assert_eq!(found(&task(&two, 30, 0.03), &extreme(30)), [""; 0]);
        assert_eq!(found(&task(&two, 0, 0.03), &extreme(40)), [""; 0]);
        // A code for what is missing makes two columns the same, in all rows and not in the first 30.
        let coded =
            |rows: usize| table_of(&two, rows, |row, _| if row == 35 { "9000000".into() } else { String::new() });
        let dependent = found(&task(&two, 40, 0.0), &coded(40));
        assert!(dependent.len() == 1 && dependent[0].contains("Column height says nothing"), "{dependent:?}");
        assert_eq!(found(&task(&two, 30, 0.0), &coded(30)), [""; 0]);
        assert_eq!(found(&task(&two, 0, 0.0), &coded(40)), [""; 0]);
        // A sum is none any more where extreme values are moved; the same column in another unit stays one.
        let three = ["age", "height", "sum"];
        let summed = table_of(&three, 40, |row, name| match name {
            "sum" => format!("{}", row % 7 + row * row % 11),
            _ => String::new(),
        });
        let other_unit =
            table(|row, name| if name == "height" { format!("{}", 3 * (row % 7) + 1) } else { String::new() });
        for given in [40, 0] {
            assert_eq!(found(&task(&three, given, 0.05), &summed), [""; 0]);
            for (spec, table) in [(task(&three, given, 0.0), &summed), (task(&two, given, 0.05), &other_unit)] {
                let found = found(&spec, table);
                assert!(found.len() == 1 && found[0].contains("says nothing that the columns before"), "{found:?}");
            }
        }
    }

    #[test]
    fn a_label_that_could_be_learned_and_not_told_is_found() {
        let mut labelled = spec();
        labelled["owners"][0]["columns"] = json!(["height"]);
        labelled["work"]["train"]["label"] = json!({"owner": 0, "column": "age"});
        let mut given = labelled.clone();
        given["rows"] = json!({"given": {"count": 40}});
        given["work"]["train"]["evaluation"] = json!({"split": {"test": 10}});
        given["work"]["train"]["metrics"] = json!(["rmse", "r2"]);
        let age =
            |age: fn(usize) -> String| table(move |row, name| if name == "age" { age(row) } else { String::new() });
        let plain = || age(|row| (row % 7).to_string());
        let even = || age(|row| if row < 30 { (row % 7).to_string() } else { "3".into() });
        for (spec, table, sentence) in [
            (&labelled, plain(), ""),
            (&labelled, even(), ""),
            (&labelled, age(|row| (10_000_000_000 + row % 7).to_string()), "no prediction could be told"),
            (&labelled, age(|row| format!("{}e20", row % 7)), "Give them in another unit"),
            // Without some rows they are fine: those may be the common ones.
            (&labelled, age(|row| (if row < 30 { row % 7 } else { 10_000_000_000 }).to_string()), ""),
            (&labelled, age(|row| if row < 30 { (row % 7).to_string() } else { "1e160".into() }), ""),
            (&given, age(|row| format!("{}e160", row % 7)), "Row 2 of column age is too large a number"),
            (&given, age(|row| (10_000_000_000 + row % 7).to_string()), "no prediction could be told"),
            (&given, plain(), ""),
            (&given, even(), "nearly constant in one part of the rows"),
        ] {
            let found = found(&serde_json::to_vec(spec).unwrap(), &table);
            let is_it =
                if sentence.is_empty() { found.is_empty() } else { found.len() == 1 && found[0].contains(sentence) };
            assert!(is_it, "{sentence}: {found:?}");
        }
        // In an order that is drawn nobody knows the parts.
        given["work"]["train"]["shuffle"] = json!(true);
        assert_eq!(found(&serde_json::to_vec(&given).unwrap(), &even()), [""; 0]);
    }

    #[test]
    fn a_task_that_is_too_large_is_refused_with_its_file_but_not_for_rows_that_need_not_be_common() {
        let common = json!({"common": {"keys": ["id", "id"], "declared": [100_000, 100_000]}});
        let given = |count: u32| json!({"given": {"count": count}});
        let mut wide = spec();
        for (rows, others, evaluation, sentence) in [
            (&common, 200, json!({"folds": 10}), None),
            (&common, 400, json!({"folds": 10}), Some("Use fewer rows or columns")),
            (&common, 400, json!({"folds": 500}), Some("Use fewer parts or features")),
            // Sums over so many rows are too large. So many of the list need not be common.
            (&given(100_000), 1, json!("leave_one_out"), Some("Use fewer rows or columns")),
            (&given(20_000), 1, json!("leave_one_out"), None),
            (&common, 1, json!("leave_one_out"), None),
        ] {
            wide["rows"] = rows.clone();
            wide["owners"][1]["columns"] = json!((0..others).map(|at| format!("other {at}")).collect::<Vec<_>>());
            wide["work"]["train"]["evaluation"] = evaluation;
            let refused = Spec::read(&serde_json::to_vec(&wide).unwrap()).err().map(|error| error.to_string());
            match sentence {
                None => assert_eq!(refused, None),
                Some(sentence) => {
                    assert!(refused.as_ref().is_some_and(|refused| refused.contains(sentence)), "{refused:?}")
                }
            }
        }
        // What owners plan once they know the rows, before they compute anything.
        let (spec, hash) = Spec::read(&serde_json::to_vec(&wide).unwrap()).unwrap();
        let planned = |rows: u32| {
            let aligned = Aligned { rows, digest: protocol::Digest::ZERO, label_exponent: 0, learned: None };
            spec.computed(hash, &aligned).unwrap().unwrap().plan().err().map(|error| error.to_string())
        };
        assert_eq!(planned(20_000), None);
        let refused = planned(100_000);
        assert!(refused.as_ref().is_some_and(|refused| refused.contains("Use fewer rows")), "{refused:?}");
    }

    #[test]
    fn rows_that_differ_without_alignment_and_missing_columns_are_found() {
        let given = with("/rows", json!({"given": {"count": 99}}));
        let found_here = found(&given, &table(|_, _| String::new()));
        assert!(found_here.len() == 1 && found_here[0].contains("40 rows, and the task says 99"), "{found_here:?}");
        let other = with("/owners/0/columns", json!(["age", "width"]));
        let found_here = found(&other, &table(|_, _| String::new()));
        assert!(found_here.len() == 1 && found_here[0].contains("no column width"), "{found_here:?}");
    }

    #[test]
    fn a_header_of_128_characters_is_refused_where_the_table_is_read() {
        let text = format!("id,{}\n1,2\n", "x".repeat(128));
        assert!(Table::read(text.as_bytes()).unwrap_err().to_string().contains("128 characters"));
    }
}
