/** Why what was written waits, in Arabic. */
import { isolated } from '../text.js'
import type { Catalogue } from './catalogue.js'
import { plural } from './plural.js'

export const waiting: Catalogue['waiting'] = {
  count: (value) =>
    plural('ar', value, {
      zero: 'لا رسائل تنتظر.',
      one: 'رسالة واحدة تنتظر.',
      two: 'رسالتان تنتظران.',
      few: '# رسائل تنتظر.',
      many: '# رسالة تنتظر.',
      other: '# رسالة تنتظر.',
    }),
  reasons: {
    session: (name) => `انتهت جلستك، ومن دونها لا يُعثر على ${isolated(name)}. سجّل الدخول من جديد.`,
    server: (name) => `لا يجيب الخادم، وهو لازم للعثور على ${isolated(name)}. ما كتبته يُرسل من تلقاء نفسه حين يعود.`,
    account: (name) => `لا يخدم الخادم حسابك الآن، وهو لازم للعثور على ${isolated(name)}. يخبرك حسابك بالسبب.`,
    path: (name) => `جارٍ البحث عن طريق إلى ${isolated(name)}.`,
    asked: (name) => `لم يُجب ${isolated(name)} عن طلبك. ما كتبته يُرسل حين يُقبل الطلب.`,
    contact: (name) => `${isolated(name)} غير موجود الآن. ما كتبته يُرسل من تلقاء نفسه حين تتصلان معًا.`,
  },
  tryNow: 'المحاولة الآن',
  account: 'إلى حسابك',
}
