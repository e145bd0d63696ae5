//! A Durable Object's storage. Only this module touches SQL and alarms.
//!
//! `SqlCursor::one` and `to_array` never return when a row fails, so rows are read through `raw`. Rows and the alarm commit
//! together inside `transactionSync`, for which worker 0.8 has no wrapper.

use crate::time::UnixMillis;
use std::cell::RefCell;
use std::panic::AssertUnwindSafe;
use std::rc::Rc;
use worker::js_sys::{Date, Function, Promise, Reflect};
use worker::wasm_bindgen::{JsCast, JsValue, closure::Closure};
use worker::wasm_bindgen_futures::JsFuture;
use worker::{Error, Result, SqlStorage, SqlStorageValue};

/// The storage of an object that may not have begun to work yet. An object lives on when its storage could not be opened, and
/// must find it as soon as it can be: so it is opened when it is needed, again and again until that succeeds.
pub struct Openable {
    state: worker::State,
    schema: Schema,
    opened: RefCell<Option<Storage>>,
}

/// What an object's storage consists of.
pub struct Schema {
    /// Statements that make the tables where they are missing.
    pub tables: &'static str,
    /// Columns that came with later versions; a table that an older one made lacks them.
    pub later: &'static [Column],
}

/// A column that came with a later version.
pub struct Column {
    /// Of which table.
    pub table: &'static str,
    /// Its name.
    pub name: &'static str,
    /// Its type, and the default that old rows get.
    pub definition: &'static str,
}

impl Openable {
    /// Of the object with this state, with these tables.
    pub fn new(state: worker::State, schema: Schema) -> Self {
        Self { state, schema, opened: RefCell::new(None) }
    }

    /// The storage, open.
    pub fn open(&self) -> Result<Storage> {
        if let Some(opened) = self.opened.borrow().as_ref() {
            return Ok(opened.clone());
        }
        let opened = Storage::open(&self.state, &self.schema)?;
        *self.opened.borrow_mut() = Some(opened.clone());
        Ok(opened)
    }

    /// Deletes everything, the alarm too. Nothing is left of the object; should it be called again, it begins anew.
    pub async fn wipe(&self) -> Result<()> {
        let storage = self.open()?;
        *self.opened.borrow_mut() = None;
        storage.set_alarm(None)?;
        storage.promised("deleteAll").await.map(drop)
    }
}

/// One row, in the order of the selected columns.
pub type Row = Vec<SqlStorageValue>;

/// The storage of one object.
#[derive(Clone)]
pub struct Storage {
    sql: SqlStorage,
    raw: JsValue,
}

impl Storage {
    /// Opens it and sees to its tables; `exec` is synchronous, so nothing can come in between.
    fn open(state: &worker::State, schema: &Schema) -> Result<Self> {
        let storage = state.storage();
        let opened = Self { sql: storage.sql(), raw: storage.as_raw().into() };
        opened.run(schema.tables, vec![])?;
        schema.later.iter().try_for_each(|column| opened.add(column))?;
        Ok(opened)
    }

    fn add(&self, Column { table, name, definition }: &Column) -> Result<()> {
        let query = "SELECT name FROM pragma_table_info(?) WHERE name = ?";
        if self.rows(query, vec![(*table).into(), (*name).into()])?.is_empty() {
            self.run(&format!("ALTER TABLE {table} ADD COLUMN {name} {definition}"), vec![])?;
        }
        Ok(())
    }

    /// The rows of a query.
    pub fn rows(&self, query: &str, arguments: Vec<SqlStorageValue>) -> Result<Vec<Row>> {
        // Into a `Result` of the whole: after an error the iterator yields the same one for ever.
        self.sql.exec(query, arguments)?.raw().collect()
    }

    /// Runs a statement for its effect.
    pub fn run(&self, statement: &str, arguments: Vec<SqlStorageValue>) -> Result<()> {
        self.rows(statement, arguments).map(drop)
    }

    /// Runs `work` as one transaction: all its rows and its alarm are there afterwards, or none. It cannot wait for
    /// anything, so nothing can come in between.
    pub fn atomically<T: 'static>(&self, work: impl FnOnce(&Self) -> Result<T> + 'static) -> Result<T> {
        let done = Rc::new(RefCell::new(None));
        let (inside, result) = (self.clone(), Rc::clone(&done));
        let closure = AssertUnwindSafe(move || -> std::result::Result<JsValue, JsValue> {
            let value = work(&inside).map_err(JsValue::from)?;
            *result.borrow_mut() = Some(value);
            Ok(JsValue::UNDEFINED)
        });
        self.call("transactionSync", &Closure::once_into_js(move || { closure }.0()))?;
        done.borrow_mut().take().ok_or_else(|| Error::from("the transaction did not run"))
    }

    /// Sets the object's alarm, or takes it away. One in the past goes off at once.
    pub fn set_alarm(&self, at: Option<UnixMillis>) -> Result<()> {
        match at {
            // The runtime ignores an alarm at 0, without a word.
            Some(UnixMillis(at)) => self.call("setAlarm", &Date::new(&JsValue::from_f64(at.max(1) as f64))),
            None => self.call("deleteAlarm", &JsValue::UNDEFINED),
        }
    }

    /// When the object's alarm goes off, if one is set. While its handler runs there is none but one that this has set.
    pub async fn alarm(&self) -> Result<Option<UnixMillis>> {
        Ok(self.promised("getAlarm").await?.as_f64().map(|at| UnixMillis(at as u64)))
    }

    async fn promised(&self, method: &str) -> Result<JsValue> {
        let promise: Promise = self.function(method)?.call0(&self.raw)?.dyn_into()?;
        Ok(JsFuture::from(promise).await?)
    }

    fn call(&self, method: &str, argument: &JsValue) -> Result<()> {
        self.function(method)?.call1(&self.raw, argument)?;
        Ok(())
    }

    fn function(&self, method: &str) -> Result<Function> {
        Ok(Reflect::get(&self.raw, &JsValue::from_str(method))?.dyn_into()?)
    }
}

/// A number as it is bound to a statement.
pub fn number(value: u64) -> Result<SqlStorageValue> {
    SqlStorageValue::try_from_i64(i64::try_from(value).map_err(|_| Error::from("a number beyond what can be stored"))?)
}

/// The text in a row's only column.
pub fn text(row: Row) -> Result<String> {
    match row.into_iter().next() {
        Some(SqlStorageValue::String(text)) => Ok(text),
        _other => Err(Error::from("the column holds no text")),
    }
}
