//! A Durable Object's storage. Only this module touches SQL and alarms.
//!
//! `SqlCursor::one` and `to_array` never return when a row fails, so rows are read through `raw`. Rows and the alarm commit
//! together inside `transactionSync`, for which worker 0.8 has no wrapper.

use crate::objects::host::{Error, Result, Row, Storage, Value};
use crate::time::UnixMillis;
use worker::js_sys::{Date, Function, Promise, Reflect};
use worker::wasm_bindgen::closure::ScopedClosure;
use worker::wasm_bindgen::{JsCast, JsValue};
use worker::wasm_bindgen_futures::JsFuture;
use worker::{SqlStorage, SqlStorageValue};

#[derive(Clone)]
pub(super) struct DurableStorage {
    sql: SqlStorage,
    raw: JsValue,
}

impl DurableStorage {
    /// Opens it and makes its tables; `exec` is synchronous, so nothing can come in between.
    pub(super) fn open(state: &worker::State, schema: &str) -> Result<Self> {
        let storage = state.storage();
        let opened = Self { sql: storage.sql(), raw: storage.as_raw().into() };
        opened.run(schema, &[])?;
        Ok(opened)
    }

    /// Deletes everything, the alarm too.
    pub(super) async fn delete_all(&self) -> Result<()> {
        self.set_alarm(None)?;
        self.promised("deleteAll").await.map(drop)
    }

    async fn promised(&self, method: &str) -> Result<JsValue> {
        let promise = self.function(method)?.call0(&self.raw).map_err(thrown)?;
        JsFuture::from(promise.dyn_into::<Promise>().map_err(thrown)?).await.map_err(thrown)
    }

    fn call(&self, method: &str, argument: &JsValue) -> Result<()> {
        self.function(method)?.call1(&self.raw, argument).map(drop).map_err(thrown)
    }

    fn function(&self, method: &str) -> Result<Function> {
        let found = Reflect::get(&self.raw, &JsValue::from_str(method)).map_err(thrown)?;
        found.dyn_into().map_err(thrown)
    }
}

impl Storage for DurableStorage {
    fn rows(&self, query: &str, arguments: &[Value]) -> Result<Vec<Row>> {
        let arguments: Vec<_> = arguments.iter().map(bound).collect();
        // Into a `Result` of the whole: after an error the iterator yields the same one for ever.
        let rows: worker::Result<Vec<_>> = self.sql.exec(query, arguments)?.raw().collect();
        rows?.into_iter().map(|row| row.into_iter().map(read).collect()).collect()
    }

    fn set_alarm(&self, at: Option<UnixMillis>) -> Result<()> {
        match at {
            // The runtime ignores an alarm at 0, without a word.
            Some(UnixMillis(at)) => self.call("setAlarm", &Date::new(&JsValue::from_f64(at.max(1) as f64))),
            None => self.call("deleteAlarm", &JsValue::UNDEFINED),
        }
    }

    async fn alarm(&self) -> Result<Option<UnixMillis>> {
        Ok(self.promised("getAlarm").await?.as_f64().map(|at| UnixMillis(at as u64)))
    }

    fn transact<T>(&self, work: impl FnOnce(&Self) -> Result<T>) -> Result<T> {
        let (mut work, mut done) = (Some(work), None);
        let mut run = || -> std::result::Result<JsValue, JsValue> {
            let work = work.take().ok_or(JsValue::UNDEFINED)?;
            let worked = work(self);
            // What is thrown rolls the transaction back.
            let committed = if worked.is_ok() { Ok(JsValue::UNDEFINED) } else { Err(JsValue::UNDEFINED) };
            done = Some(worked);
            committed
        };
        let closure =
            ScopedClosure::<dyn FnMut() -> std::result::Result<JsValue, JsValue>>::borrow_mut_assert_unwind_safe(
                &mut run,
            );
        let transacted = self.call("transactionSync", closure.as_js_value());
        drop(closure);
        match done {
            Some(Err(error)) => Err(error),
            Some(Ok(value)) => transacted.map(|()| value),
            None => transacted.and(Err(Error::new("the transaction did not run"))),
        }
    }
}

fn bound(value: &Value) -> SqlStorageValue {
    match value {
        Value::Null => SqlStorageValue::Null,
        Value::Integer(value) => SqlStorageValue::Integer(*value),
        Value::Text(text) => SqlStorageValue::String(text.clone()),
    }
}

fn read(value: SqlStorageValue) -> Result<Value> {
    match value {
        SqlStorageValue::Null => Ok(Value::Null),
        SqlStorageValue::Integer(value) => Ok(Value::Integer(value)),
        SqlStorageValue::String(text) => Ok(Value::Text(text)),
        SqlStorageValue::Boolean(_) | SqlStorageValue::Float(_) | SqlStorageValue::Blob(_) => {
            Err(Error::new("a column of a type that is never stored"))
        }
    }
}

fn thrown(error: JsValue) -> Error {
    worker::Error::from(error).into()
}
