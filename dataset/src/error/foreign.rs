//! Files that people choose and that are no CSV.

use serde::{Deserialize, Serialize};

/// What a file is that is not CSV.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Foreign {
    /// A zip archive, as Excel and OpenDocument sheets are.
    Zip,
    /// An Excel sheet of before 2007.
    OldExcel,
    Gzip,
    Bzip2,
    Xz,
    Lzma,
    Lzip,
    Zstandard,
    Lz4,
    Snappy,
    /// What `compress` writes, `.Z`.
    Compress,
    /// zlib without a container.
    Zlib,
    SevenZip,
    Rar,
    Tar,
    Pdf,
    Parquet,
    /// Arrow or Feather.
    Arrow,
    Orc,
    Avro,
    Hdf5,
    /// `.npy`
    NumPy,
    Matlab,
    Sqlite,
    Stata,
    Spss,
    Sas,
    /// Objects that R saved.
    R,
    /// Objects that Python saved.
    Pickle,
    /// An older interchange format of spreadsheets.
    Sylk,
    Json,
    /// An object of JSON in each line.
    JsonLines,
    Arff,
    /// `1 3:0.5 7:0.1`: a label, then columns and their values.
    SvmLight,
    /// Git stores the file elsewhere.
    GitLfs,
    /// The same, by git-annex.
    GitAnnex,
    /// The same, by DVC.
    Dvc,
    /// A web page, as servers send it for an address that needs signing in.
    Html,
    Xml,
    Rtf,
    Image,
    /// Text in two bytes a character.
    Utf16,
    /// Text in four bytes a character.
    Utf32,
    /// Zero bytes, which text has not.
    Binary,
}

impl Foreign {
    /// What it is, and what to do about it.
    pub(super) const fn sentence(self) -> &'static str {
        match self {
            Self::Zip => "it is a zip archive or an Excel sheet; open it and save the sheet as CSV",
            Self::OldExcel => "it is an Excel sheet; open it and save it as CSV",
            Self::Gzip => "it is compressed with gzip; unpack it first",
            Self::Bzip2 => "it is compressed with bzip2; unpack it first (bunzip2)",
            Self::Xz => "it is compressed with xz; unpack it first (unxz)",
            Self::Lzma => "it is compressed with lzma; unpack it first (unlzma)",
            Self::Lzip => "it is compressed with lzip; unpack it first (lzip -d)",
            Self::Zstandard => "it is compressed with Zstandard; unpack it first (unzstd)",
            Self::Lz4 => "it is compressed with LZ4; unpack it first (unlz4)",
            Self::Snappy => "it is compressed with Snappy; unpack it first",
            Self::Compress => "it is compressed with compress; unpack it first (uncompress)",
            Self::Zlib => "it is compressed with zlib; unpack it first",
            Self::SevenZip => "it is a 7-Zip archive; unpack it and choose the CSV file in it",
            Self::Rar => "it is a RAR archive; unpack it and choose the CSV file in it",
            Self::Tar => "it is a tar archive; unpack it and choose the CSV file in it",
            Self::Pdf => "it is a PDF; a CSV file is needed",
            Self::Parquet => "it is a Parquet file; export it as CSV",
            Self::Arrow => "it is an Arrow or Feather file; export it as CSV (pandas: read_feather, then to_csv)",
            Self::Orc => "it is an ORC file; export it as CSV (pandas: read_orc, then to_csv)",
            Self::Avro => "it is an Avro file; export it as CSV",
            Self::Hdf5 => "it is an HDF5 file; export the table in it as CSV (pandas: read_hdf, then to_csv)",
            Self::NumPy => "it is a NumPy array; write it as CSV (numpy: savetxt with delimiter=\",\")",
            Self::Matlab => "it is a MATLAB file; write the table in it as CSV (writematrix or writetable)",
            Self::Sqlite => "it is an SQLite database; export a table of it as CSV",
            Self::Stata => "it is a Stata file; export it as CSV (export delimited)",
            Self::Spss => "it is an SPSS file; save it as CSV",
            Self::Sas => "it is a SAS file; export it as CSV (proc export)",
            Self::R => "it is a file of R objects; write the table in it as CSV (write.csv)",
            Self::Pickle => {
                "it is a file of Python objects; write the table in it as CSV (pandas: read_pickle, then to_csv)"
            }
            Self::Sylk => "it is a SYLK sheet; open it and save it as CSV",
            Self::Json => "it is JSON; write it as CSV (pandas: read_json, then to_csv)",
            Self::JsonLines => "it is JSON lines; write it as CSV (pandas: read_json with lines=True, then to_csv)",
            Self::Arff => {
                "it is an ARFF file; save it as CSV (Weka does), or remove the lines that begin with @ and add a header"
            }
            Self::SvmLight => {
                "it is in the sparse form of svmlight and LIBSVM; write it as CSV with a column for each feature"
            }
            Self::GitLfs => {
                "it is a Git LFS pointer, which stands for the file; download the file itself (git lfs pull)"
            }
            Self::GitAnnex => {
                "it is a git-annex pointer, which stands for the file; download the file itself (git annex get)"
            }
            Self::Dvc => "it is a DVC pointer, which stands for the file; download the file itself (dvc pull)",
            Self::Html => {
                "it is a web page; perhaps the address needs signing in, or leads to a page about the file. Download the file itself"
            }
            Self::Xml => "it is XML; export the table as CSV",
            Self::Rtf => "it is formatted text (RTF); save the table as CSV",
            Self::Image => "it is a picture; a CSV file is needed",
            Self::Utf16 => "it is text in UTF-16; save it as CSV in UTF-8",
            Self::Utf32 => "it is text in UTF-32; save it as CSV in UTF-8",
            Self::Binary => "it contains zero bytes, so it is not text; choose a CSV file",
        }
    }
}
