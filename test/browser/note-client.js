// The client of the feature note: its own lines, with their types taken off, in a page that has what they call.
window.messages = [];
window.loads = 0;

function setMessage(text) {
  window.messages.push(text);
}

function loadData() {
  window.loads += 1;
}

async function startSync(start_date, end_date) {
const res = await fetch('/api/v1/sync-status/sync/batch', {
  method: 'POST',
  body: JSON.stringify({ start_date, end_date })
});

const data = await res.json();
const taskId = data.data.task_id;

// 开始轮询进度
pollBatchProgress(taskId);
}

function pollBatchProgress(taskId) {
  const interval = setInterval(async () => {
    const res = await fetch(`/api/v1/sync-status/sync/batch/progress/${taskId}`);
    const data = await res.json();
    const progress = data.data;
    const percent = progress.percent; // the note leaves it to its reader

    // 更新UI显示
    setMessage(`
      🔄 ${progress.message}
      进度: ${progress.current}/${progress.total} (${percent}%)
      成功: ${progress.success}, 失败: ${progress.failed}, 跳过: ${progress.skipped}
    `);
    
    // 检查是否完成
    if (progress.status === 'completed') {
      clearInterval(interval);
      loadData(); // 刷新列表
    }
  }, 2000); // 每2秒查询一次
}

window.startSync = startSync;
