//! Entries of a ZIP in memory, inflated within limits.
//!
//! In: the bytes of the archive. Out: the content of entries by their exact name. A size that the
//! archive claims is not believed: inflating stops at the limit.

use std::collections::BTreeMap;

use miniz_oxide::inflate::{TINFLStatus, decompress_to_vec_with_limit};
use rawzip::{CompressionMethod, ZipArchive, ZipArchiveEntryWayfinder, ZipSliceArchive, ZipVerification};

use crate::syntax::plan::PlanError;

/// How many entries an archive may have.
const MAX_ENTRIES: usize = 20_000;
/// How large one inflated entry may be.
const MAX_ENTRY_BYTES: usize = 32 << 20;
/// How large all inflated entries together may be.
const MAX_TOTAL_BYTES: usize = 256 << 20;
/// How many times larger than in the archive an entry may be, from [`RATIO_COUNTS_FROM`] on.
const MAX_RATIO: usize = 200;
/// Small entries may shrink as far as they like.
const RATIO_COUNTS_FROM: usize = 1 << 20;

/// The limits that hold for one archive.
#[derive(Clone, Copy)]
pub(super) struct Limits {
    pub(super) entries: usize,
    pub(super) entry_bytes: usize,
    pub(super) total_bytes: usize,
    pub(super) ratio: usize,
    pub(super) ratio_counts_from: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            entries: MAX_ENTRIES,
            entry_bytes: MAX_ENTRY_BYTES,
            total_bytes: MAX_TOTAL_BYTES,
            ratio: MAX_RATIO,
            ratio_counts_from: RATIO_COUNTS_FROM,
        }
    }
}

const NOT_A_PLAN: &str = "A plan never is: judge the Terraform files instead, or write the plan again.";
const DAMAGED: &str = "Copy it again in binary mode, or write it again with `terraform plan -out PLAN`.";

/// An archive's entries by name.
pub(super) struct Entries<'a> {
    archive: ZipSliceArchive<&'a [u8]>,
    by_name: BTreeMap<String, (ZipArchiveEntryWayfinder, CompressionMethod)>,
    inflated: usize,
    limits: Limits,
}

fn damaged() -> PlanError {
    PlanError::new("the plan is damaged: it is a ZIP that can't be read to its end", DAMAGED)
}

fn too_large(what: &str) -> PlanError {
    PlanError::new(format!("the plan is not read: {what}"), NOT_A_PLAN)
}

impl<'a> Entries<'a> {
    /// Lists the entries; inflates nothing yet.
    pub(super) fn new(bytes: &'a [u8], limits: Limits) -> Result<Self, PlanError> {
        let archive = ZipArchive::from_slice(bytes).map_err(|_| damaged())?;
        let mut by_name = BTreeMap::new();
        let mut count = 0;
        let mut entries = archive.entries();
        while let Some(entry) = entries.next_entry().map_err(|_| damaged())? {
            count += 1;
            if count > limits.entries {
                return Err(too_large(&format!("it has more than {} entries", limits.entries)));
            }
            let Ok(name) = std::str::from_utf8(entry.file_path().as_bytes()) else { continue };
            let found = (entry.wayfinder(), entry.compression_method());
            if by_name.insert(name.to_owned(), found).is_some() {
                return Err(too_large("it holds an entry twice"));
            }
        }
        Ok(Self { archive, by_name, inflated: 0, limits })
    }

    pub(super) fn contains(&self, name: &str) -> bool {
        self.by_name.contains_key(name)
    }

    /// What stands behind `prefix` in the names that begin with it.
    pub(super) fn names_in(&self, prefix: &str) -> Vec<String> {
        self.by_name
            .range(prefix.to_owned()..)
            .map_while(|(name, _)| name.strip_prefix(prefix).map(str::to_owned))
            .filter(|name| !name.is_empty())
            .collect()
    }

    /// The whole content of an entry; `None` where there is none of that name.
    pub(super) fn read(&mut self, name: &str) -> Result<Option<Vec<u8>>, PlanError> {
        let Some((data, verification, method)) = self.entry(name)? else { return Ok(None) };
        let Limits { entry_bytes, total_bytes, ratio, ratio_counts_from, .. } = self.limits;
        let left = total_bytes.saturating_sub(self.inflated);
        let grown = data.len().saturating_mul(ratio).max(ratio_counts_from);
        let limit = entry_bytes.min(left).min(grown);
        let over = || {
            too_large(&match limit {
                limit if limit == left => format!("its sources are larger than {total_bytes} bytes"),
                limit if limit == grown => format!("an entry grows more than {ratio} times when inflated"),
                _ => format!("an entry is larger than {entry_bytes} bytes"),
            })
        };
        let content = match method {
            CompressionMethod::STORE if data.len() > limit => return Err(over()),
            CompressionMethod::STORE => data.to_vec(),
            CompressionMethod::DEFLATE => decompress_to_vec_with_limit(data, limit).map_err(|error| {
                if error.status == TINFLStatus::HasMoreOutput { over() } else { damaged() }
            })?,
            _ => return Err(too_large("an entry is compressed in a way that Terraform does not use")),
        };
        self.inflated += content.len();
        let found = ZipVerification { crc: rawzip::crc32(&content), uncompressed_size: content.len() as u64 };
        verification.valid(found).map_err(|_| damaged())?;
        Ok(Some(content))
    }

    /// The first bytes of an entry, at most `limit`; not verified, as most of it is not looked at.
    pub(super) fn read_start(&self, name: &str, limit: usize) -> Result<Option<Vec<u8>>, PlanError> {
        let Some((data, _, method)) = self.entry(name)? else { return Ok(None) };
        Ok(match method {
            CompressionMethod::STORE => data.get(..data.len().min(limit)).map(<[u8]>::to_vec),
            CompressionMethod::DEFLATE => match decompress_to_vec_with_limit(data, limit) {
                Ok(content) => Some(content),
                Err(error) if error.status == TINFLStatus::HasMoreOutput => Some(error.output),
                Err(_) => return Err(damaged()),
            },
            _ => None,
        })
    }

    fn entry(&self, name: &str) -> Result<Option<(&[u8], ZipVerification, CompressionMethod)>, PlanError> {
        let Some((wayfinder, method)) = self.by_name.get(name) else { return Ok(None) };
        let entry = self.archive.get_entry(*wayfinder).map_err(|_| damaged())?;
        Ok(Some((entry.data(), entry.claim_verifier(), *method)))
    }
}
