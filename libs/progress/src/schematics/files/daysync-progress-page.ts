import { HttpErrorResponse, httpResource } from '@angular/common/http';
import {
  afterNextRender,
  Component,
  computed,
  DestroyRef,
  DOCUMENT,
  ElementRef,
  inject,
  linkedSignal,
  signal,
} from '@angular/core';
import { languageOf, type Language, type Progress } from '@daysync/progress';
import { DaysyncProgress } from './daysync-progress';

/** Where `ng serve` finds the Daysync server. */
const SERVER = 'http://127.0.0.1:8000';

/** A page of the list of batches: active ones first, then the newest. */
interface Batches {
  readonly data: { readonly items: readonly Progress[] };
}

const TEXTS = {
  en: {
    heading: 'The newest batch of Daysync',
    loading: 'Looking for a batch…',
    noBatch: 'There is no batch yet. Start one in the console of Daysync, and it appears here:',
    noServer: 'No Daysync server answers. Start one, and this page goes on by itself:',
    inClone: 'in a clone of Daysync',
    installed: 'where the package daysync is installed',
    serverAt: 'ng serve forwards to the address in proxy.conf.json. Now it is:',
    refused: 'The server asks for a login. Send its token with an HTTP interceptor. Status:',
  },
  zh: {
    heading: 'Daysync 最新批次',
    loading: '正在查找批次…',
    noBatch: '还没有批次。在 Daysync 控制台中启动一个，这里会自动显示：',
    noServer: '没有可用的 Daysync 服务器。启动后本页会自动更新：',
    inClone: '（在 Daysync 源码目录中）',
    installed: '（在安装了 daysync 包的目录中）',
    serverAt: 'ng serve 会将请求转发到 proxy.conf.json 中的地址，目前为：',
    refused: '服务器要求登录。请通过 HTTP 拦截器发送令牌。状态码：',
  },
} as const;

/** A sample: the newest batch, live. Replace it with a page of your own. */
@Component({
  selector: 'app-daysync-progress-page',
  imports: [DaysyncProgress],
  templateUrl: './daysync-progress-page.html',
  styleUrl: './daysync-progress-page.css',
})
export class DaysyncProgressPage {
  protected readonly server = SERVER;
  protected readonly language = signal<Language>(languageOf(inject(DOCUMENT).documentElement.lang));
  protected readonly texts = computed(() => TEXTS[this.language()]);

  protected readonly batches = httpResource<Batches>(() => ({
    url: '/api/v1/sync-status/sync/batch',
    params: { page: 1, page_size: 1 },
  }));
  /** The newest batch; it stays while the server is down. */
  protected readonly newest = linkedSignal<Progress | undefined, Progress | undefined>({
    source: () => (this.batches.hasValue() ? this.batches.value().data.items[0] : undefined),
    computation: (newest, before) => newest ?? before?.value,
  });
  /** The status with which the server refuses, if it does. */
  protected readonly refusal = computed(() => {
    const error = this.batches.error();
    const status = error instanceof HttpErrorResponse ? error.status : 0;
    return status === 401 || status === 403 ? status : undefined;
  });

  constructor() {
    const destroyRef = inject(DestroyRef);
    const { nativeElement } = inject<ElementRef<HTMLElement>>(ElementRef);
    afterNextRender(() => {
      // A new application shows its welcome page above this one.
      nativeElement.scrollIntoView();
      // Finds a newer batch, and a server that was down.
      const looking = setInterval(() => this.batches.reload(), 3_000);
      destroyRef.onDestroy(() => clearInterval(looking));
    });
  }
}
