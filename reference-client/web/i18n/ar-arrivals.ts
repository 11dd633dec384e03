/** Waiting for a contact, in Arabic. */
import { isolated } from '../text.js'
import type { Catalogue } from './catalogue.js'

export const arrivals: Catalogue['arrivals'] = {
  await: 'أخبرني حين نكون كلانا هنا',
  awaitText:
    'مرة واحدة، في هذه الصفحة ما دامت مفتوحة وغير مقفلة؛ وكإشعار بلا اسم أيضًا إن كانت الإشعارات مفعّلة. لا تعلم جهة الاتصال بذلك.',
  here: (name: string) => `${isolated(name)} هنا: كلاكما متصل الآن.`,
  write: 'كتابة',
  somebody: 'شخص تنتظره موجود الآن',
}
